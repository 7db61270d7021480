/**
 * `pnpm bench:collector [rows] [series] [pairs]`: what the collector costs, in some two minutes. Compares decoding
 * and ingest with the official classes and express, runs the store's benchmark with so many rows and series, and
 * writes docs/benchmarks-collector.md. It starts the built `holdup`. Never part of the tests.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repository } from "../wired-program.ts";
import { decodeCosts } from "./decode.ts";
import { ingestCost } from "./ingest.ts";
import { goalRows, report, type Results, type StoreCost } from "./report.ts";

const rows = Number(process.argv[2] ?? 1_000_000);
const series = Number(process.argv[3] ?? 2_000);
const pairs = Number(process.argv[4] ?? 12);
const decodeRounds = 11;
/** Of one burst. */
const bodies = 64;

const store = storeCost();
for (const [what, figure] of store.figures) say(what, figure);
const decode = await decodeCosts(decodeRounds);
const results: Results = { store, decode, ingest: await ingestCost(pairs, bodies) };
for (const [figure, goal, measured] of goalRows(results)) say(figure, `${measured}, goal ${goal}`);
const file = join(repository, "docs/benchmarks-collector.md");
mkdirSync(join(repository, "docs"), { recursive: true });
writeFileSync(file, report(results, new Date().toISOString().slice(0, 10)));
console.log(`written to ${file}`);

function storeCost(): StoreCost {
  const script = fileURLToPath(new URL("store-bench.ts", import.meta.url));
  const args = [...process.execArgv, script, String(rows), String(series)];
  const lines = execFileSync(process.execPath, args, { encoding: "utf8" }).trim().split("\n");
  const figures = lines.map((line) => {
    const [what = "", figure = ""] = line.split(/ {2,}/);
    return [what, figure] as const;
  });
  return { rows, series, figures };
}

function say(what: string, figure: string): void {
  console.log(`${what.padEnd(84)} ${figure}`);
}
