import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { runJob, stepsOf } from "./job-runner.ts";
import { command, repository } from "./wired-program.ts";

/** A user's repository with two commits: the second one does one more round. */
function usersRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdup-action-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "node_modules/@holdup"), { recursive: true });
  symlinkSync(join(repository, "packages/primitives"), join(folder, "node_modules/@holdup/primitives"));
  writeFileSync(join(folder, ".gitignore"), "node_modules\nholdup\nbin\n");
  git(folder, "init", "--quiet");
  for (const rounds of [20, 21]) {
    writeFileSync(join(folder, "scenario.mjs"), scenario(rounds));
    git(folder, "add", "--all");
    git(folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=a");
  }
  return folder;
}

function scenario(rounds: number): string {
  return `import { Lock } from "@holdup/primitives";
const lock = new Lock("accounts");
const transfer = () => lock.run(() => {});
for (let i = 0; i < ${rounds}; i++) await Promise.all([transfer(), transfer(), transfer()]);
`;
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
}

/** A folder with an `npx` that runs the command as it was built here, in place of the registry's. */
function npxOfThis(folder: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const script = `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${command}" "$@"\n`;
  writeFileSync(join(bin, "npx"), script);
  chmodSync(join(bin, "npx"), 0o755);
  return bin;
}

test(
  "the action compares a pull request with its base, and leaves what it says it does",
  { timeout: 300_000 },
  () => {
    const folder = usersRepository();
    const steps = `jobs: { job: { steps: [ { uses: holdup/holdup@v0, with: { run: node scenario.mjs, pairs: 3, most-pairs: 3 } } ] } }`;
    const path = [npxOfThis(folder), join(process.execPath, ".."), process.env["PATH"]].join(":");

    const {
      failed,
      summary,
      steps: results,
    } = runJob(stepsOf(steps), {
      workspace: folder,
      event: { pull_request: { base: { sha: git(folder, "rev-parse", "HEAD~1") } } },
      env: { PATH: path },
      actions: { "holdup/holdup@v0": repository },
    });

    expect(
      results.map(({ outcome }) => outcome),
      results[0]?.output,
    ).toEqual(["failure", "not run here", "not run here", "not run here"]);
    expect(failed).toBe(true);
    expect(summary).toContain("accounts: operations went from 60 to 63, the same in every run");
    const uploaded = results.flatMap(({ with: given }) => given?.["path"] ?? []);
    expect(uploaded).toEqual(["holdup/compare.html", "holdup/flamegraph.html", "holdup"]);
    expect(uploaded.filter((one) => !existsSync(join(folder, one)))).toEqual([]);
  },
);

test("the documentation's workflow and the book's give the action what it takes", () => {
  const action = parse(readFileSync(join(repository, "action.yml"), "utf8")) as { inputs: object };
  const documentation = readFileSync(join(repository, "docs/ci.md"), "utf8");
  const documented = /```yaml\n(.*?)```/s.exec(documentation)?.[1] ?? "";
  const book = readFileSync(join(repository, "examples/book/15.12.2-ci-profile.yml"), "utf8");

  for (const text of [documented, book]) {
    const given = stepsOf(text).find(({ uses }) => uses === "holdup/holdup@v0")?.with ?? {};
    expect(Object.keys(given)).toContain("run");
    expect(Object.keys(given).filter((name) => !(name in action.inputs))).toEqual([]);
  }
  for (const input of Object.keys(action.inputs)) expect(documentation).toContain(`| \`${input}\``);
});
