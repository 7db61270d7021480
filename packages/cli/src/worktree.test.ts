import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { commitOf, repositoryAt, Worktree } from "./worktree.ts";

/** A repository with one commit: `app.mjs`, and `.gitignore` that leaves out `ignored`. */
function scratchRepository(): string {
  const folder = temporary();
  writeFileSync(join(folder, ".gitignore"), "ignored\n");
  writeFileSync(join(folder, "app.mjs"), "1\n");
  git(folder, "init", "--quiet");
  git(folder, "add", "--all");
  git(folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=one");
  return folder;
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdup-worktree-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: folder, encoding: "utf8" });
}

test("the folder as it is has what was changed and what is new, but not what is ignored, and stays as it was", () => {
  const folder = scratchRepository();
  mkdirSync(join(folder, "lib"));
  writeFileSync(join(folder, "app.mjs"), "2\n");
  writeFileSync(join(folder, "lib/new.mjs"), "3\n");
  writeFileSync(join(folder, "ignored"), "4\n");
  writeFileSync(join(folder, "staged.mjs"), "5\n");
  git(folder, "add", "staged.mjs");
  const before = git(folder, "status", "--porcelain", "--untracked-files=all");
  const repository = repositoryAt(join(folder, "lib"));

  using tree = new Worktree(repository, commitOf(repository, undefined), join(temporary(), "head"));

  const root = join(tree.folder, "..");
  expect(readFileSync(join(root, "app.mjs"), "utf8")).toBe("2\n");
  expect(readFileSync(join(root, "lib/new.mjs"), "utf8")).toBe("3\n");
  expect(readFileSync(join(root, "staged.mjs"), "utf8")).toBe("5\n");
  expect(existsSync(join(root, "ignored"))).toBe(false);
  expect(git(folder, "status", "--porcelain", "--untracked-files=all")).toBe(before);
  expect(git(folder, "stash", "list")).toBe("");
});

test("a folder in which nothing changed is its commit", () => {
  const repository = repositoryAt(scratchRepository());

  expect(commitOf(repository, undefined)).toBe(git(repository.root, "rev-parse", "HEAD").trim());
});

test("what a bench wrote before is no part of the folder", () => {
  const folder = scratchRepository();
  mkdirSync(join(folder, "result"));
  writeFileSync(join(folder, "result/summary.md"), "# Holdup\n");
  const repository = repositoryAt(folder);

  expect(commitOf(repository, undefined, join(folder, "result"))).toBe(
    git(folder, "rev-parse", "HEAD").trim(),
  );
});
