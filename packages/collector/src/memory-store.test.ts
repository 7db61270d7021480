import { expect, test } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { overflow } from "./series-book.ts";
import { siteAt } from "./testing/observed-program.ts";
import { activity, batch, finding, hold, keptWait, now, pair, rollup, wait } from "./testing/rollups.ts";
import { storeConformance } from "./testing/store-conformance.ts";

const span = { from: now - 900_000, to: now };
const page = { ...span, limit: 100 };

storeConformance("memory", async (options) => new MemoryStore(options));

test("beyond the bound a known primitive loses its sites and an unknown one its name, but no figure", async () => {
  const store = new MemoryStore({ now: () => now, maxSeries: 3 });
  const lines = Array.from({ length: 10 }, (_, i) => wait([1], { waiterSite: siteAt(i) }));
  await store.add(batch({ rollups: [...lines, wait([1], { name: "new" }), wait([1], { name: "newer" })] }));

  const { items } = await store.hotSpots({ ...page, by: "primitive" });
  expect(items.map(({ primitive, operations }) => [primitive, operations])).toEqual([
    [{ name: "accounts", type: "lock" }, 10],
    [overflow, 2],
  ]);
  expect((await store.hotSpots({ ...page, by: "waiter" })).items).toHaveLength(5);
  expect(await store.dropped()).toMatchObject({ series: 9 });
});

test("beyond the bound of pairs those who waited are not told apart any more, but every sum stays", async () => {
  const store = new MemoryStore({ now: () => now, maxPairs: 4 });
  const pairs = Array.from({ length: 20 }, (_, i) => pair(1, siteAt(i), siteAt(100 + (i % 2))));
  await store.add(batch({ rollups: [...pairs, ...pairs, pair(1, siteAt(1), siteAt(2), "ledger")] }));
  const history = await store.primitive({ ...span, service: "shop", name: "accounts" });

  expect(history?.matrix.map((one) => [one.waiterSite?.lineNumber, one.blameSeconds])).toEqual([
    [undefined, 16],
    [undefined, 16],
    [0, 2],
    [1, 2],
    [2, 2],
    [3, 2],
  ]);
  expect(history?.holderSites).toMatchObject([{ blameSeconds: 20 }, { blameSeconds: 20 }]);
  expect(await store.primitive({ ...span, service: "shop", name: "ledger" })).toMatchObject({
    matrix: [{ waiterSite: siteAt(1) }],
  });
  expect(await store.dropped()).toMatchObject({ "waiting sites": 32, series: 0 });
});

test("pairs never take more than half of all series, so that waits and holds keep their sites", async () => {
  const store = new MemoryStore({ now: () => now, maxSeries: 6 });
  await store.add(batch({ rollups: Array.from({ length: 10 }, (_, i) => pair(1, siteAt(i), siteAt(30))) }));
  await store.add(batch({ rollups: [wait([1], { waiterSite: siteAt(7) }), hold([1], siteAt(8))] }));
  const history = await store.primitive({ ...span, service: "shop", name: "accounts" });

  expect(history?.matrix.map(({ blameSeconds }) => blameSeconds)).toEqual([7, 1, 1, 1]);
  expect(history?.waiterSites).toMatchObject([{ site: siteAt(7) }]);
  expect(history?.holderSites).toMatchObject([{ site: siteAt(30) }, { site: siteAt(8) }]);
});

test("pairs that are forgotten make room for others", async () => {
  let time = now;
  const store = new MemoryStore({ now: () => time, retentionMs: 60_000, maxPairs: 1 });
  await store.add(batch({ rollups: [pair(1, siteAt(1), siteAt(30))] }));
  time += 80_000;
  await store.add(batch({ rollups: [rollup({ kind: "waiters", waiters: 1 }, {}, time)] }));
  await store.add(
    batch({
      rollups: [
        rollup({ kind: "blame", seconds: 1 }, { waiterSite: siteAt(2), holderSite: siteAt(30) }, time),
      ],
    }),
  );

  const history = await store.primitive({ from: 0, to: time, service: "shop", name: "accounts" });
  expect(history?.matrix).toEqual([{ waiterSite: siteAt(2), holderSite: siteAt(30), blameSeconds: 1 }]);
});

test("a holder's activities beyond the bound are added up as others, and each counts as a cell", async () => {
  const store = new MemoryStore({ now: () => now, maxCells: 60 });
  const many = Array.from({ length: 100 }, (_, i) => activity(`step ${i}`, 1, siteAt(30)));
  await store.add(batch({ rollups: many }));
  const { activities } = (await store.primitive({ ...span, service: "shop", name: "accounts" })) ?? {};

  expect(activities?.[0]?.activities).toHaveLength(50);
  expect(activities?.[0]?.activities[0]).toEqual({ name: "other", seconds: 51 });

  await store.add(
    batch({ rollups: [rollup({ kind: "activity", name: "late", seconds: 1 }, {}, now - 60_000)] }),
  );
  await store.add(batch({ rollups: Array.from({ length: 9 }, (_, i) => hold([1], siteAt(i))) }));
  expect(await store.dropped()).toMatchObject({ buckets: 1 });
});

test("when there are too many buckets the oldest goes first and is counted", async () => {
  const store = new MemoryStore({ now: () => now, maxCells: 2 });
  await store.add(
    batch({ rollups: [wait([1], {}, now - 40_000), wait([2], {}, now - 20_000), wait([4], {}, now)] }),
  );
  const { items } = await store.hotSpots({ ...page, by: "primitive" });
  expect(items[0]?.waitSeconds).toBe(6);
  expect(await store.dropped()).toMatchObject({ buckets: 1 });
});

test("what comes late counts in an answer that was given before, and what has left the span does not", async () => {
  const store = new MemoryStore({ now: () => now });
  const ages = [0, 10_000, 30_000, 200_000, 600_000, 890_000];
  await store.add(batch({ rollups: ages.map((age) => wait([1], {}, now - age)) }));
  const asked = async (later = 0): Promise<number | undefined> => {
    const { items } = await store.hotSpots({ from: span.from + later, to: now, by: "primitive", limit: 1 });
    return items[0]?.operations;
  };
  expect([await asked(), await asked()]).toEqual([6, 6]);

  for (const [place, age] of ages.entries()) {
    await store.add(batch({ rollups: [wait([2], {}, now - age)] }));
    expect(await asked()).toBe(7 + place);
  }
  expect(await asked(20_000)).toBe(10);
});

test("the last waits are kept, the oldest goes first", async () => {
  const store = new MemoryStore({ now: () => now, maxWaits: 2 });
  await store.add(batch({ waits: ["1", "2", "3"].map((id) => keptWait(id)) }));
  expect((await store.waits(page)).items.map(({ spanId }) => spanId)).toEqual(["3", "2"]);
});

test("findings and cumulative streams beyond their bounds are forgotten and counted", async () => {
  const store = new MemoryStore({ now: () => now, maxFindings: 1, maxStreams: 1 });
  const reading = { startTime: now, time: now, value: 1 };
  const readings = new Map([
    ["a", reading],
    ["b", reading],
  ]);
  await store.add(batch({ findings: [finding("a"), finding("b")], readings }));
  expect(await store.dropped()).toMatchObject({ findings: 1, "cumulative streams": 1 });
  expect([...(await store.readings(["a", "b"])).keys()]).toEqual(["b"]);
});
