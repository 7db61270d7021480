import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { Failure } from "./failure.ts";

/** A repository, and where in it the command was given. */
export interface Repository {
  readonly root: string;
  /** The folder of the command, from the root; "" at the root. */
  readonly inside: string;
}

/** @throws Failure if there is none */
export function repositoryAt(folder: string): Repository {
  const root = realpathSync(git(folder, "rev-parse", "--show-toplevel"));
  return { root, inside: relative(root, realpathSync(folder)) };
}

/**
 * The commit that a name stands for. Without a name what is in the folder now, uncommitted changes included; nothing is
 * changed for that.
 *
 * @throws Failure if there is none
 */
export function commitOf({ root }: Repository, name: string | undefined): string {
  if (name === undefined) return git(root, "stash", "create") || git(root, "rev-parse", "HEAD");
  // What a host tells of the first push to a branch.
  const known = /^0+$/.test(name) ? "HEAD~1" : name;
  return git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${known}^{commit}`);
}

/** One version of a repository in a folder of its own; removed when disposed. */
export class Worktree implements Disposable {
  /** The folder that stands for the one the command was given in. */
  readonly folder: string;
  readonly #repository: Repository;
  readonly #path: string;

  /** @throws Failure if git does not make it */
  constructor(repository: Repository, commit: string, path: string) {
    this.#repository = repository;
    this.#path = path;
    git(repository.root, "worktree", "add", "--detach", "--force", path, commit);
    this.folder = join(path, repository.inside);
  }

  /**
   * Makes its dependencies those of the repository, by links.
   *
   * @throws Failure where that would run the repository's own code instead of this version's
   */
  linkDependencies(): void {
    const { root, inside } = this.#repository;
    const steps = inside === "" ? [] : inside.split(sep);
    for (let depth = 0; depth <= steps.length; depth++) {
      const folder = join(...steps.slice(0, depth), "node_modules");
      const source = join(root, folder);
      if (!existsSync(source) || existsSync(join(this.#path, folder))) continue;
      if (!existsSync(dirname(join(this.#path, folder)))) continue;
      refuseWorkspace(source, root);
      symlinkSync(source, join(this.#path, folder), "dir");
    }
  }

  /** Runs what makes it ready to run, by a shell. @throws Failure if it fails */
  prepare(command: string): void {
    const { status, stdout, stderr } = spawnSync(command, {
      cwd: this.#path,
      shell: true,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    if (status !== 0) {
      throw new Failure(
        `"${command}" ended with exit code ${status}: ${`${stdout}${stderr}`.trim().slice(-2000)}`,
      );
    }
  }

  [Symbol.dispose](): void {
    git(this.#repository.root, "worktree", "remove", "--force", this.#path);
  }
}

// The packages of a workspace are links into the repository.
function refuseWorkspace(modules: string, root: string): void {
  const own = packagesIn(modules).find((path) => {
    if (!lstatSync(path).isSymbolicLink() || !existsSync(path)) return false;
    const inside = relative(root, realpathSync(path));
    return !inside.startsWith("..") && !inside.split(sep).includes("node_modules");
  });
  if (own === undefined) return;
  throw new Failure(
    `${relative(root, own)} is a package of this repository, so that both versions would run today's: say how a version gets its dependencies, like --prepare "pnpm install --frozen-lockfile"`,
    2,
  );
}

function packagesIn(modules: string): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) => {
      const path = join(modules, name);
      return name.startsWith("@") ? readdirSync(path).map((scoped) => join(path, scoped)) : [path];
    });
}

function git(folder: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync("git", args, { cwd: folder, encoding: "utf8" });
  if (error !== undefined) throw new Failure(`git can't be started: ${error.message}`);
  if (status === 0) return stdout.trim();
  const said = stderr.trim() === "" ? `it does not know "${args.at(-1)}"` : stderr.trim();
  throw new Failure(`git ${args[0]} failed: ${said}`, 2);
}
