/**
 * `pnpm bench:clickhouse [rows] [hours]`: how long the top twenty of the last quarter of an hour take, with their
 * percentiles, in a table of so many rows over so many hours; and what inserts and rows cost. Ends with 1 if it
 * takes longer than half a second.
 */

import { join } from "node:path";
import { ClickHouseStore } from "@holdup/collector";
import { ClickHouseProgram } from "./clickhouse-program.ts";
import { repository } from "./wired-program.ts";

const [rows = 10_000_000, hours = 24] = process.argv.slice(2).map(Number);
const goalMs = 500;
const primitives = 500;
const now = Math.floor(Date.now() / 10_000) * 10_000;

process.env["HOLDUP_CHDB"] ??= join(repository, ".holdup/chdb-3.4.0");
await using engine = new ClickHouseProgram();
const url = await engine.url();
const store = await ClickHouseStore.open(`${url}/bench`, { now: () => now });

await fill();
await report("the whole table", hours * 3_600_000);
const median = await report("a quarter of an hour", 900_000);
await size();
await store.close();
process.exitCode = median <= goalMs ? 0 : 1;

// Each row is a series of ten seconds: some thirty buckets around a millisecond, as locks under load have them.
async function fill(): Promise<void> {
  const chunk = 500_000;
  const start = performance.now();
  for (let done = 0; done < rows; done += chunk) {
    await sql(`
        INSERT INTO bench.holdup_records (kind, time, received, service, type, name, operation, outcome,
          waiter_site, holder_site, wait_count, wait_sum, wait_min, wait_max, wait_zeros, wait_long_buckets,
          hold_count, hold_sum, hold_min, hold_max, hold_short_buckets, hold_long_buckets, contended, blame)
        SETTINGS max_execution_time = 0
        SELECT 'figures', ${now} - intDiv((${rows} - 1 - number) * ${hours * 360}, ${rows}) * 10000 AS time, time,
          'service-' || toString(cityHash64(number) % ${primitives} % 10) AS service, 'lock',
          'lock-' || toString(cityHash64(number) % ${primitives}) AS name,
          'acquire', 'granted',
          '["src/' || name || '.ts",' || toString(number % 4) || ',"f"]',
          '["src/' || name || '.ts",' || toString(4 + number % 2) || ',"g"]',
          100, 0.1, 0.0001, 0.02, 50,
          ${buckets(60)},
          100, 0.05, 0.00001, 0.01,
          ${buckets(190)}, ${buckets(0)},
          50, 0.1 * (number % 7)
        FROM numbers(${done}, ${Math.min(chunk, rows - done)})`);
  }
  console.log(
    `${rows} rows over ${hours} h, filled in ${((performance.now() - start) / 1_000).toFixed(0)} s`,
  );
}

function buckets(first: number): string {
  const count = "toUInt64(bitAnd(bitShiftRight(cityHash64(number), i % 60), 3))";
  return `arrayConcat(arrayWithConstant(${first}, toUInt64(0)), arrayMap(i -> ${count}, range(30 + number % 40)))`;
}

async function report(name: string, spanMs: number): Promise<number> {
  const query = { from: now - spanMs, to: now, by: "primitive", limit: 20 } as const;
  const times: number[] = [];
  const rounds = spanMs > 900_000 ? 3 : 20;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const { items } = await store.hotSpots(query).catch((error: unknown) => {
      console.log(`${name}: ${String(error)}`);
      return { items: [] };
    });
    if (items.some(({ waitP99 }) => waitP99 === 0)) throw new Error("a row has no p99");
    times.push(performance.now() - start);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const [middle = 0, worst = 0] = [sorted[Math.floor(rounds / 2)], sorted.at(-1)];
  console.log(`top 20 with p99 over ${name}: median ${middle.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`);
  return middle;
}

async function size(): Promise<void> {
  const [all] = JSON.parse(
    `[${await sql(
      `SELECT sum(bytes_on_disk) AS bytes, sum(rows) AS rows, count() AS parts FROM system.parts
       WHERE database = 'bench' AND table = 'holdup_records' AND active FORMAT JSONEachRow`,
    )}]`,
  ) as [{ bytes: number; rows: number; parts: number }];
  const each = all.bytes / all.rows;
  console.log(`${(all.bytes / 1e6).toFixed(0)} MB in ${all.parts} parts, ${each.toFixed(0)} bytes a row`);
}

async function sql(statement: string): Promise<string> {
  const { origin, username } = new URL(url);
  const headers = { Authorization: `Basic ${Buffer.from(`${username}:`).toString("base64")}` };
  const response = await fetch(origin, { method: "POST", body: statement, headers });
  if (!response.ok) throw new Error(await response.text());
  return response.text();
}
