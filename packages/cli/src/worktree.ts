import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
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
 * The commit that a name stands for. Without a name what is in the folder now: what is not committed and what git does not know
 * yet, but nothing that it ignores, and nothing of `out`, where results are. Neither the folder nor git's index is changed for
 * that.
 *
 * @throws Failure if there is none
 */
export function commitOf({ root }: Repository, name: string | undefined, out?: string): string {
  if (name === undefined) return commitOfFolder(root, out);
  // What a host tells of the first push to a branch.
  const known = /^0+$/.test(name) ? "HEAD~1" : name;
  return git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${known}^{commit}`);
}

function commitOfFolder(root: string, out: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), "holdup-index-"));
  try {
    const index = { GIT_INDEX_FILE: join(folder, "index") };
    // A copy knows which files have not changed.
    const own = resolve(root, git(root, "rev-parse", "--git-path", "index"));
    if (existsSync(own)) copyFileSync(own, index.GIT_INDEX_FILE);
    gitWith({ env: index }, root, "add", "--update");
    const listed = git(root, "ls-files", "-z", "--others", "--exclude-standard", ...exceptFor(root, out));
    // Another repository in a folder of this one ends with a slash: it is no part of it.
    const unknown = listed.split("\0").filter((path) => path !== "" && !path.endsWith("/"));
    gitWith({ env: index, input: unknown.join("\0") }, root, "update-index", "--add", "-z", "--stdin");
    const tree = gitWith({ env: index }, root, "write-tree");
    const head = git(root, "rev-parse", "HEAD");
    if (tree === git(root, "rev-parse", `${head}^{tree}`)) return head;
    return gitWith({ env: holdup }, root, "commit-tree", tree, "-p", head, "-m", "The folder as it is");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// A runner may have no name, and a commit has to have one.
const holdup = {
  GIT_AUTHOR_NAME: "holdup",
  GIT_AUTHOR_EMAIL: "holdup@localhost",
  GIT_COMMITTER_NAME: "holdup",
  GIT_COMMITTER_EMAIL: "holdup@localhost",
};

function exceptFor(root: string, out: string | undefined): string[] {
  if (out === undefined || !existsSync(out)) return [];
  const path = relative(root, realpathSync(out));
  if (path === "" || path.startsWith("..")) return [];
  return [`--exclude=/${path.replaceAll(/[\\*?[\]!# ]/g, String.raw`\$&`)}/`];
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
  return gitWith({}, folder, ...args);
}

/** What git gets beside its arguments. */
interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

function gitWith({ env, input }: Given, folder: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 28,
    ...(input === undefined ? {} : { input }),
  });
  if (error !== undefined) throw new Failure(`git can't be started: ${error.message}`);
  if (status === 0) return stdout.replace(/\n$/, "");
  const said = stderr.trim() === "" ? `it does not know "${args.at(-1)}"` : stderr.trim();
  throw new Failure(`git ${args[0]} failed: ${said}`, 2);
}
