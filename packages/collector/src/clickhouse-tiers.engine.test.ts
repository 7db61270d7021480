import { createClient } from "@clickhouse/client";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ClickHouseEngine } from "./clickhouse-engine.ts";
import { figureRows } from "./clickhouse-rows.ts";
import { bucketMs, migrations } from "./clickhouse-schema.ts";
import { ClickHouseStore } from "./clickhouse-store.ts";
import { figures, rowsOf } from "./clickhouse-tiers.ts";
import { MemoryStore } from "./memory-store.ts";
import type { Rollup } from "./rollup.ts";
import type { Batch, Store } from "./store.ts";
import { openChdb } from "./testing/chdb.ts";
import { difference } from "./testing/difference.ts";
import { activity, batch, now, rollup, town, wait } from "./testing/rollups.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let engine: ClickHouseEngine;
let databases = 0;

beforeAll(() => {
  engine = new ClickHouseEngine(createClient({ connection: openChdb() }));
});
afterAll(() => engine.close());

function newDatabase(): string {
  return `tiers_${databases++}`;
}

function open(database: string): Promise<ClickHouseStore> {
  return ClickHouseStore.on(engine, database, { now: () => now });
}

function minutesAgo(minutes: number, rollups: readonly Rollup[] = town): Rollup[] {
  return rollups.map((one) => ({ ...one, time: now - minutes * minute }));
}

// In tiers with sketches and without.
async function answers(store: Store): Promise<unknown> {
  const span = { from: now - 55 * minute, to: now - 25_000 };
  const asked = { ...span, service: "shop", name: "accounts" };
  return [
    await store.hotSpots({ ...span, by: "primitive", limit: 2 }),
    await store.hotSpots({ ...span, by: "waiter", limit: 9 }),
    await store.primitive(asked),
  ];
}

// The tables of the first version, and what it wrote into them.
async function startAsBefore(database: string, { token, rollups }: Batch): Promise<void> {
  await engine.command(`CREATE DATABASE ${database}`);
  for (const migration of migrations(database, day)) await engine.command(migration);
  await engine.command(
    `CREATE TABLE ${database}.holdup_migrations (version UInt32, applied DateTime DEFAULT now())
     ENGINE = ReplacingMergeTree ORDER BY version`,
  );
  await engine.command(`INSERT INTO ${database}.holdup_migrations (version) VALUES (1)`);
  const rows = [{ kind: "batch", stream: token, time: now }, ...figureRows(rollups)];
  await engine.insert(
    `${database}.holdup_records`,
    token,
    rows.map((row) => ({ ...row, received: now })),
  );
}

function statement(database: string, from: number, to: number): string {
  return rowsOf({
    table: `${database}.holdup_records`,
    from,
    to,
    group: ["service", "name"],
    columns: figures,
    where: [],
  });
}

test("whatever is asked over a day, whole buckets of every tier and what lies beside them count once", async () => {
  const store = await open(newDatabase());
  const rollups = Array.from({ length: 1_000 }, (_, i) => wait([1], {}, now - i * 111_111));
  await store.add(batch({ rollups: rollups.filter((_, i) => i % 3 > 0) }));
  await store.add(batch({ rollups: rollups.filter((_, i) => i % 3 === 0) }));
  const bucketOf = ({ time }: Rollup): number => Math.floor(time / bucketMs) * bucketMs;
  const age = fc.integer({ min: 0, max: 30 * hour });
  await fc.assert(
    fc.asyncProperty(age, age, async (a, b) => {
      const [from, to] = [now - Math.max(a, b), now - Math.min(a, b)];
      const asked = rollups.filter((one) => bucketOf(one) > from - bucketMs && bucketOf(one) <= to);
      for (const by of ["primitive", "waiter"] as const) {
        const { items } = await store.hotSpots({ from, to, by, limit: 1 });
        expect(items[0]?.operations ?? 0).toBe(asked.length);
      }
      const history = await store.primitive({ from, to, service: "shop", name: "accounts" });
      expect(history?.wait.count ?? 0).toBe(asked.length);
      expect(history?.series.reduce((sum, { operations }) => sum + operations, 0) ?? 0).toBe(asked.length);
    }),
    { numRuns: 10 },
  );
});

test("a database of the version before goes on: its parts without tiers, new ones with them", async () => {
  const database = newDatabase();
  const old = batch({ rollups: [...minutesAgo(45), ...minutesAgo(12)] });
  const extra = [activity("running", 1.5, null), rollup({ kind: "waiters", waiters: 4 })];
  const sent = batch({ rollups: [...minutesAgo(44), ...minutesAgo(12), ...minutesAgo(3, extra)] });
  await startAsBefore(database, old);
  const store = await open(database);
  await store.add(sent);
  await store.add(old);
  const reference = new MemoryStore({ now: () => now });
  await reference.add(old);
  await reference.add(sent);

  expect(difference(await answers(store), await answers(reference))).toBeUndefined();
});

test("a batch that comes again is in no tier twice, neither from the same collector nor from another", async () => {
  const database = newDatabase();
  const stores = await Promise.all([open(database), open(database)]);
  const sent = batch({ rollups: minutesAgo(20) });
  for (const store of [...stores, ...stores]) await store.add(sent);
  const rows = await engine.select<{ name: string; wait_count: number }>(
    statement(database, now - hour, now),
  );
  expect(Object.fromEntries(rows.map(({ name, wait_count: count }) => [name, count]))).toEqual({
    accounts: 8,
    idle: 2,
    ledger: 1,
  });
});

test("whole buckets are read from the projections that have them", async () => {
  const database = newDatabase();
  const store = await open(database);
  await store.add(batch({ rollups: minutesAgo(20) }));
  const rows = statement(database, now - 63 * minute, now - 7 * minute);
  const plan = (await engine.select<{ explain: string }>(`EXPLAIN ${rows}`)).map(({ explain }) => explain);

  expect(plan.join("\n")).toContain("(figures_of_60_s)");
  expect(plan.join("\n")).toContain("(figures_of_600_s)");
});
