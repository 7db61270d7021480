/** A clone of this repository with changes that are known: what a verdict has to be is no question then. */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../wired-program.ts";

/** `nothing`: the same code in another commit. `longer hold`: the stock is locked 30 % longer by each order. */
export type Change = "nothing" | "longer hold";

export const changes: readonly Change[] = ["nothing", "longer hold"];

const inventory = "examples/checkout/src/inventory.ts";

export class Planted {
  readonly folder: string;
  readonly base: string;
  /** What gives a version its dependencies: those of this repository. */
  readonly prepare: string;
  readonly #commits: Readonly<Record<Change, string>>;

  constructor(folder: string) {
    this.folder = folder;
    execFileSync("git", ["clone", "--quiet", "--no-tags", repository, folder]);
    this.base = this.#git("rev-parse", "HEAD");
    const nothing = this.#commit("Nothing");
    this.#git("checkout", "--quiet", this.base);
    this.#replace("import { Lock }", "import { Lock, sleep }");
    this.#replace("    using connection", "    const began = performance.now();\n    using connection");
    this.#replace(
      "    for (const [sku, pieces] of left)",
      "    await sleep(0.3 * (performance.now() - began));\n    for (const [sku, pieces] of left)",
    );
    this.#commits = { nothing, "longer hold": this.#commit("Hold longer") };
    this.prepare = `(cd '${repository}' && find . -name node_modules -prune -not -path './node_modules/*') | while read -r one; do mkdir -p "$(dirname "$one")"; ln -sfn "${repository}/$one" "$one"; done`;
  }

  commit(change: Change): string {
    return this.#commits[change];
  }

  #replace(text: string, by: string): void {
    const file = join(this.folder, inventory);
    const before = readFileSync(file, "utf8");
    if (!before.includes(text)) throw new Error(`${inventory} has no "${text}" to change`);
    writeFileSync(file, before.replace(text, by));
  }

  #commit(message: string): string {
    this.#git("commit", "--quiet", "--all", "--allow-empty", `--message=${message}`);
    return this.#git("rev-parse", "HEAD");
  }

  #git(...args: readonly string[]): string {
    const who = ["-c", "user.name=holdup", "-c", "user.email=holdup@example.com"];
    return execFileSync("git", [...who, ...args], { cwd: this.folder, encoding: "utf8" }).trim();
  }
}
