import { createClient } from "@clickhouse/client";
import type { Grouping } from "@holdup/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClickHouseEngine } from "./clickhouse-engine.ts";
import { ClickHouseStore, type ClickHouseStoreOptions } from "./clickhouse-store.ts";
import { MemoryStore } from "./memory-store.ts";
import type { Store } from "./store.ts";
import { openChdb } from "./testing/chdb.ts";
import { startClickHouse, type ClickHouseServer } from "./testing/clickhouse-server.ts";
import { difference } from "./testing/difference.ts";
import { ObservedProgram, siteAt } from "./testing/observed-program.ts";
import { batch, blame, finding, keptWait, now, rollup, wait } from "./testing/rollups.ts";
import { storeConformance, type ConformanceOptions } from "./testing/store-conformance.ts";
import { startOfTime, startWorld } from "./testing/world.ts";

/** What stores in memory keep by default, so that the same is forgotten. */
const retentionMs = 3_600_000;
const page = { from: now - 900_000, to: now, limit: 100 };

let server: ClickHouseServer;
let databases = 0;

beforeAll(async () => {
  server = await startClickHouse({ password: "secret" });
});
afterAll(() => server.close());

function newDatabase(): string {
  return `holdup_${databases++}`;
}

function open(database: string, options: ClickHouseStoreOptions = {}): Promise<ClickHouseStore> {
  return ClickHouseStore.open(`${server.url}/${database}`, { now: () => now, ...options });
}

function withRetention(options: ConformanceOptions): ConformanceOptions {
  return { ...options, retentionMs: options.retentionMs ?? retentionMs };
}

function engine(): ClickHouseEngine {
  return new ClickHouseEngine(createClient({ connection: openChdb() }));
}

async function operations(store: Store): Promise<number | undefined> {
  const { items } = await store.hotSpots({ ...page, by: "primitive" });
  return items[0]?.operations;
}

storeConformance("clickhouse by HTTP", (options) => open(newDatabase(), withRetention(options)), 5);

storeConformance(
  "clickhouse in process",
  (options) => ClickHouseStore.on(engine(), newDatabase(), withRetention(options)),
  4,
);

describe("several collectors", () => {
  test("that start at once make the tables once, and one knows what another kept", async () => {
    const database = newDatabase();
    const [first, second, third] = await Promise.all([open(database), open(database), open(database)]);
    await first.add(batch({ rollups: [wait([1])], waits: [keptWait("1")], findings: [finding("a")] }));

    expect(await operations(second)).toBe(1);
    expect((await third.waits(page)).items).toEqual([keptWait("1")]);
    expect((await second.findings(page)).items).toEqual([finding("a")]);
    for (const store of [first, second, third]) await store.close();
  });

  test("that get the same batch at once keep it once", async () => {
    const database = newDatabase();
    const stores = await Promise.all([open(database), open(database), open(database)]);
    for (let i = 0; i < 10; i++) {
      const sent = batch({ rollups: [wait([1])] });
      await Promise.all(stores.map((store) => store.add(sent)));
    }
    expect(await operations(stores[0] as Store)).toBe(10);
    for (const store of stores) await store.close();
  });

  test("take up cumulative streams where another left them", async () => {
    const database = newDatabase();
    const [first, second] = await Promise.all([open(database), open(database)]);
    await using one = await startWorld({ store: first });
    await using other = await startWorld({ store: second });
    const total = (count: number, seconds: number): Uint8Array =>
      new ObservedProgram("shop", startOfTime)
        .at(startOfTime + seconds * 1_000, startOfTime - 1_000)
        .operations(count, {}, 2)
        .metrics();
    await one.post("metrics", total(3, 0));
    await other.post("metrics", total(7, 1));
    await one.post("metrics", total(8, 2));

    expect((await other.get("/api/hotspots")).json.items).toMatchObject([{ operations: 8 }]);
  });
});

describe("a batch", () => {
  test("is one part, whatever is in it and of whichever day, so that all of it is there or nothing", async () => {
    const database = newDatabase();
    const store = await open(database);
    const rollups = Array.from({ length: 5_000 }, (_, i) =>
      wait([1], { name: `lock-${i}` }, now - (i % 3) * 86_400_000),
    );
    const reading = { startTime: now, time: now, value: 1 };
    await store.add(batch({ rollups, waits: [keptWait("1")], readings: new Map([["a", reading]]) }));

    using chdb = closing(engine());
    const parts = await chdb.engine.select<{ rows: number }>(
      `SELECT rows FROM system.parts WHERE database = {database:String} AND table = 'holdup_records' AND active`,
      { database },
    );
    expect(parts).toEqual([{ rows: 5_003 }]);
    await store.close();
  });

  test("that its collector gave up counts once, although the engine kept it later", async () => {
    const database = newDatabase();
    await (await open(database)).close();
    const store = await open(database, { timeoutMs: 1_000 });
    const sent = batch({ rollups: [wait([1])] });
    await store.add(batch({ rollups: [wait([1])] }));

    server.stall();
    await expect(store.add(sent)).rejects.toThrow(/Timeout/);
    await server.goOn();
    await store.add(sent);

    expect(await operations(store)).toBe(2);
    await store.close();
  });

  test("of estimates has the answers of a store in memory", async () => {
    const stores = [await open(newDatabase()), new MemoryStore({ now: () => now })];
    const scaled = (values: number[], weight: number): object => {
      const { measure } = wait(values);
      const { histogram } = measure as Extract<typeof measure, { kind: "wait" }>;
      const { count, sum, zeroCount, counts } = histogram;
      const times = Array.from(counts, (one) => one * weight);
      return {
        ...histogram,
        count: count * weight,
        sum: sum * weight,
        zeroCount: zeroCount * weight,
        counts: times,
      };
    };
    const rollups = [3.7, 1.25, 9.99].map((weight, i) =>
      rollup(
        { kind: "wait", histogram: scaled([0, 0.3, 2], weight) as never, contended: 2 * weight },
        { estimated: true, waiterSite: siteAt(i), operation: "acquire" },
      ),
    );
    const answers: unknown[] = [];
    for (const store of stores) {
      await store.add(batch({ rollups: [...rollups, blame(1.5, siteAt(30), { estimated: true })] }));
      const spots = [];
      for (const by of ["primitive", "waiter", "holder"] satisfies Grouping[]) {
        spots.push(await store.hotSpots({ ...page, by }));
      }
      const history = await store.primitive({ ...page, service: "shop", name: "accounts" });
      // Buckets count in fractions that are rounded.
      const series = history?.series.map((point) => ({ ...point, waits: [] }));
      answers.push([spots, { ...history, series, wait: { ...history?.wait, histogram: [] } }]);
      await store.close();
    }
    expect(difference(answers[0], answers[1])).toBeUndefined();
  });

  test.each([
    "it's",
    'a "quote"',
    "back\\slash",
    "line\nbreak",
    "nul\0",
    "😀",
    "lone \ud800",
    "{x:String}",
    "?",
  ])("may have any name in it: %j", async (name) => {
    const stored = Buffer.from(name).toString();
    const store = await open(newDatabase());
    await store.add(
      batch({
        rollups: [wait([1], { service: name, name, waiterSite: siteAt(1, name) })],
        waits: [keptWait("1", { service: name })],
        findings: [finding(name, { service: name })],
      }),
    );
    const history = await store.primitive({ ...page, service: stored, name: stored });

    expect(history?.waiterSites).toMatchObject([{ site: siteAt(1, name) }]);
    expect((await store.services()).map((service) => service.name)).toEqual([stored]);
    expect((await store.waits({ ...page, service: stored })).items).toHaveLength(1);
    expect((await store.findings({ ...page, service: stored })).items).toHaveLength(1);
    await store.close();
  });
});

test("times of waits, findings and readings may lie between milliseconds", async () => {
  const store = await open(newDatabase());
  const kept = keptWait("1", { start: now - 2.5, end: now - 0.25 });
  const found = finding("a", { firstSeen: now - 9.5, lastSeen: now - 1.5 });
  const reading = { startTime: now - 7.5, time: now - 3.25, value: 1.5 };
  await store.add(batch({ waits: [kept], findings: [found], readings: new Map([["a", reading]]) }));

  expect((await store.waits(page)).items).toEqual([kept]);
  expect((await store.findings(page)).items).toEqual([found]);
  expect(await store.readings(["a"])).toEqual(new Map([["a", reading]]));
  await store.close();
});

describe("the engine", () => {
  test("that is gone makes requests come again, and they count once", async () => {
    const store = await open(newDatabase(), { now: () => startOfTime });
    await using world = await startWorld({ store, onError: () => {} });
    const body = new ObservedProgram("shop", startOfTime).wait([1]).metrics();

    server.down = true;
    const refused = await world.post("metrics", body);
    const ready = await world.get("/readyz");
    server.down = false;
    const accepted = await world.post("metrics", body);
    const again = await world.post("metrics", body);

    expect([refused.status, refused.headers["retry-after"], ready.status]).toEqual([503, "1", 503]);
    expect([accepted.status, again.status]).toEqual([200, 200]);
    expect((await world.get("/api/hotspots")).json.items).toMatchObject([{ operations: 1 }]);
  });

  test("that refuses the password, can't be reached or has no such address is one sentence without it", async () => {
    const wrong = server.url.replace("secret", "wrong");
    const { host } = new URL(server.url);
    await expect(ClickHouseStore.open(wrong)).rejects.toMatchObject({
      code: "ERR_STORE",
      message: `ClickHouse refuses this user and password (http://default@${host}/).`,
    });
    await expect(ClickHouseStore.open("http://127.0.0.1:9/x")).rejects.toMatchObject({
      code: "ERR_STORE",
      message: "ClickHouse can't be reached: ECONNREFUSED (http://127.0.0.1:9/x).",
    });
    for (const url of ["nonsense", "ftp://host/x", "http://host:8123/no-such-name"]) {
      await expect(ClickHouseStore.open(url)).rejects.toMatchObject({ code: "ERR_STORE" });
    }
  });

  test("that has the tables of a newer Holdup is left alone", async () => {
    const database = newDatabase();
    await (await open(database)).close();
    using chdb = closing(engine());
    await chdb.engine.command(`INSERT INTO ${database}.holdup_migrations (version) VALUES (999)`);

    await expect(open(database)).rejects.toThrow(
      `The tables in ${database} are those of a newer Holdup; use that one.`,
    );
  });

  test("forgets after the retention of the last start", async () => {
    const database = newDatabase();
    await (await open(database, { retentionMs: 86_400_000 })).close();
    await (await open(database, { retentionMs: 7_200_000 })).close();
    using chdb = closing(engine());
    const [table] = await chdb.engine.select<{ sql: string }>(
      "SELECT create_table_query AS sql FROM system.tables WHERE database = {database:String} AND name = 'holdup_records'",
      { database },
    );
    expect(table?.sql).toContain("toIntervalSecond(7200)");
  });
});

function closing(opened: ClickHouseEngine): Disposable & { readonly engine: ClickHouseEngine } {
  return { engine: opened, [Symbol.dispose]: () => void opened.close() };
}
