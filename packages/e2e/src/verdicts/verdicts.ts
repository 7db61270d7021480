/**
 * `pnpm verdicts [runs [seconds]]`: how often `holdup bench` is right. It compares the checkout service with itself and with a
 * version that holds a lock 30 % longer, in turns, so many times each, with runs of so many seconds, and writes
 * docs/verdicts.md. It takes hours, and goes on where it was interrupted, unless there was a commit meanwhile; two at once share
 * the work. Never part of the tests.
 */

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
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
const kept = join(repository, ".holdup/verdicts.jsonl");
mkdirSync(join(repository, ".holdup"), { recursive: true });
try {
  const planted = new Planted(join(folder, "clone"));
  for (let change = next(planted.base); change !== undefined; change = next(planted.base)) {
    const run = await judge(planted, change);
    appendFileSync(kept, `${JSON.stringify({ base: planted.base, runSeconds: seconds, ...run })}\n`);
    tell(run, done(planted.base));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function done(base: string): Run[] {
  const lines = existsSync(kept) ? readFileSync(kept, "utf8").split("\n") : [];
  const all = lines
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Run & { readonly base: string; readonly runSeconds: number });
  return all.filter((run) => run.base === base && run.runSeconds === seconds);
}

/** The change of which there are fewest runs, if that is too few. */
function next(base: string): Change | undefined {
  const counts = changes.map((change) => ({
    change,
    count: done(base).filter((run) => run.change === change).length,
  }));
  const [fewest] = counts.toSorted((a, b) => a.count - b.count);
  return fewest === undefined || fewest.count >= runs ? undefined : fewest.change;
}

function tell(run: Run, all: readonly Run[]): void {
  const { change, verdict, load, failures } = run;
  const said = failures.map((failure) => `\n  ${failure}`).join("");
  console.log(`${all.length}, ${change}: ${verdict} at load ${load.toFixed(1)}${said}`);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "processor"}`;
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(join(repository, "docs/verdicts.md"), report(all, { seconds, machine, date }));
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
