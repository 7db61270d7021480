/**
 * `pnpm bench [rounds]`: compares the primitives with their peers on Node 24 and 26, each in one
 * interleaved run, and writes docs/benchmarks.md. Never part of the tests.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repository } from "../wired-program.ts";
import type { CheckoutCost } from "./checkout-cost.ts";
import type { Measured } from "./goals.ts";
import { report } from "./report.ts";
import type { Results } from "./run.ts";

const rounds = process.argv[2] ?? "9";
const newerNode = "26.10.0";

const all = [process.execPath, newer()].map(measureOn);
mkdirSync(join(repository, "docs"), { recursive: true });
const file = join(repository, "docs/benchmarks.md");
writeFileSync(file, report(all, new Date().toISOString().slice(0, 10)));
console.log(`written to ${file}`);

function measureOn(node: string): Measured {
  console.log(`measuring on ${node}, ${rounds} rounds (some minutes)`);
  const results = run(node, ["--expose-gc", path("run.ts"), rounds]) as Results;
  return { ...results, checkout: run(node, [path("checkout-cost.ts")]) as CheckoutCost };
}

/** What a program of this folder prints as JSON. */
function run(node: string, args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the benchmarks failed on ${node}: ${stderr}`);
  return JSON.parse(stdout);
}

function path(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** The newer Node, which only this command needs: installed beside the workspace, not into it. */
function newer(): string {
  const folder = join(repository, ".holdup", `node-${newerNode}`);
  const node = join(folder, "node_modules/node/bin/node");
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    spawnSync(
      "npm",
      ["install", "--prefix", folder, "--no-save", "--ignore-scripts=false", `node@${newerNode}`],
      { stdio: "inherit" },
    );
  }
  return node;
}
