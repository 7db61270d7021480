/**
 * What the SQLite store costs: `node --conditions=@holdup/source store-bench.ts [rows] [series]`. Merges that many rows
 * (a row is one series in ten seconds), then asks for the hot spots of the last quarter of an hour.
 */

import { rmSync, mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteHistory } from "../../../collector/src/sqlite-history.ts";
import { townChunks, townSeries } from "./town.ts";

const rows = Number(process.argv[2] ?? 1_000_000);
const seriesCount = Number(process.argv[3] ?? 2_000);
const stepMs = 10_000;
const start = Math.floor(Date.now() / stepMs) * stepMs;

const folder = mkdtempSync(join(tmpdir(), "holdup-bench-"));
try {
  measure(join(folder, "holdup.db"));
} finally {
  rmSync(folder, { recursive: true });
}

function measure(path: string): void {
  const history = new SqliteHistory({ path, retentionMs: 14 * 86_400_000, maxBytes: 2 ** 33 });
  const chunks = townChunks(seriesCount);
  const buckets = Math.ceil(rows / seriesCount);
  const before = process.cpuUsage();
  for (let i = 0; i < buckets; i++) {
    const data = chunks[i % chunks.length] as Buffer;
    history.merge({
      now: start + (i + 1) * stepMs,
      sequence: i + 1,
      series: i === 0 ? townSeries(seriesCount) : [],
      released: [],
      chunks: [{ start: start + i * stepMs, data }],
      waits: [],
      holds: [],
      findings: [],
      readings: new Map(),
    });
  }
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  const merged = buckets * seriesCount;
  const end = start + buckets * stepMs;
  say("rows merged, all tiers, per CPU second", (merged / cpuSeconds).toFixed(0));
  say("CPU of a row, µs", ((cpuSeconds * 1e6) / merged).toFixed(2));
  say("size of the file, MB", (statSync(path).size / 1e6).toFixed(0));
  const hot = (minutes: number) => () =>
    history.hotSpots({ from: end - minutes * 60_000, to: end, by: "primitive", limit: 20 });
  time(`top 20 of ${seriesCount} series over 15 minutes, ms`, hot(15));
  time("the same over a day, ms", hot(24 * 60));
  time("a primitive's last hour, ms", () =>
    history.primitive({ from: end - 3_600_000, to: end, service: "town", name: "lock-7" }),
  );
  history.close();
}

// The first time and the median of the next, in CPU time: other programs don't count.
function time(what: string, work: () => unknown): void {
  const times = Array.from({ length: 12 }, () => {
    const from = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  });
  const [first = 0, ...warm] = times;
  const median = warm.toSorted((a, b) => a - b)[Math.floor(warm.length / 2)] ?? 0;
  say(what, `${median.toFixed(1)} warm, ${first.toFixed(1)} the first time`);
}

function say(what: string, figure: string): void {
  console.log(`${what.padEnd(52)} ${figure}`);
}
