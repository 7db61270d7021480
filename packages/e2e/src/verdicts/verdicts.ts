/**
 * `pnpm verdicts [runs [seconds]]`: how often `holdup bench` is right. It compares the checkout service with itself and with a
 * version that holds a lock 30 % longer, in turns, so many times each, with runs of so many seconds, and writes
 * docs/verdicts.md. It takes hours; never part of the tests.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { command, Program, repository } from "../wired-program.ts";
import { changes, Planted, type Change } from "./planted.ts";
import { report, type Run } from "./report.ts";

const [runs = 20, seconds = 2] = process.argv.slice(2).map(Number);
const customers = 12;
/** No more than a red one needs twice: what is unsure by then is not red. */
const rounds = 7;

const folder = mkdtempSync(join(tmpdir(), "holdup-verdicts-"));
const done: Run[] = [];
try {
  const planted = new Planted(join(folder, "clone"));
  for (let i = 0; i < runs; i++) {
    for (const change of changes) {
      const run = await judge(planted, change);
      done.push(run);
      console.log(
        `${i + 1} of ${runs}, ${change}: ${run.verdict} after ${run.rounds} rounds, load ${run.load.toFixed(1)}${run.failures.map((failure) => `\n  ${failure}`).join("")}`,
      );
      const file = join(repository, "docs/verdicts.md");
      const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "processor"}`;
      writeFileSync(file, report(done, { seconds, machine, date: new Date().toISOString().slice(0, 10) }));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function judge(planted: Planted, change: Change): Promise<Run> {
  const out = mkdtempSync(join(folder, "out-"));
  const began = performance.now();
  const { base, prepare } = planted;
  const service = [process.execPath, "examples/checkout/src/main.ts"];
  const options = ["--base", base, "--head", planted.commit(change), "--prepare", prepare, "--out", out];
  await using bench = new Program(
    [
      command,
      "bench",
      ...options,
      `--pairs=${rounds}`,
      `--most-pairs=${rounds}`,
      "--",
      ...service,
      `--load=${customers}`,
      `--seconds=${seconds}`,
      "--port=0",
    ],
    {},
    planted.folder,
  );
  const { code } = await bench.ended;
  if (code !== 0 && code !== 1) throw new Error(`holdup bench ended with ${code}: ${bench.errors}`);
  const told = JSON.parse(readFileSync(join(out, "bench.json"), "utf8")) as Omit<Run, "change" | "exitCode">;
  rmSync(out, { recursive: true });
  return {
    change,
    exitCode: code,
    verdict: told.verdict,
    rounds: told.rounds,
    failures: told.failures,
    unconfirmed: told.unconfirmed,
    noise: told.noise,
    load: loadavg()[0] ?? Number.NaN,
    seconds: (performance.now() - began) / 1000,
  };
}
