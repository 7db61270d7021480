import { Histogram, notSampled, type Grouping, type KeptWait, type Site } from "@holdup/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import type { Measure, Rollup, Series } from "./rollup.ts";
import { overflow } from "./series-book.ts";
import { siteAt } from "./testing/observed-program.ts";

const now = 1_800_000_000_000;
const span = { from: now - 900_000, to: now };
const page = { ...span, limit: 100 };

function rollup(measure: Measure, series: Partial<Series> = {}, time = now): Rollup {
  const whole: Series = {
    service: "shop",
    type: "lock",
    name: "accounts",
    operation: "",
    outcome: "",
    waiterSite: null,
    holderSite: null,
    ...series,
  };
  return { series: whole, time, measure };
}

function histogram(values: readonly number[]): Histogram {
  const recorded = new Histogram();
  for (const value of values) recorded.record(value);
  return recorded;
}

function wait(values: readonly number[], series: Partial<Series> = {}, time = now): Rollup {
  const contended = values.filter((value) => value > 0).length;
  const operation = { operation: "acquire", outcome: "granted" };
  return rollup({ kind: "wait", histogram: histogram(values), contended }, { ...operation, ...series }, time);
}

function hold(values: readonly number[], holderSite: Site | null, series: Partial<Series> = {}): Rollup {
  return rollup({ kind: "hold", histogram: histogram(values) }, { holderSite, ...series });
}

function blame(seconds: number, holderSite: Site | null, series: Partial<Series> = {}): Rollup {
  return rollup({ kind: "blame", seconds }, { holderSite, ...series });
}

function pair(seconds: number, waiterSite: Site | null, holderSite: Site | null, name = "accounts"): Rollup {
  return blame(seconds, holderSite, { waiterSite, name });
}

function activity(name: string, seconds: number, holderSite: Site | null): Rollup {
  return rollup({ kind: "activity", name, seconds }, { holderSite });
}

function explained(holds: number, holderSite: Site | null): Rollup {
  return rollup({ kind: "explained", holds }, { holderSite });
}

async function filled(...rollups: Rollup[]): Promise<MemoryStore> {
  const store = new MemoryStore({ now: () => now });
  await store.add(rollups);
  return store;
}

// accounts: two sites wait 1 s and 3 s; 3 s are blamed on line 30, 0.5 s on line 40, 0.5 s on nobody.
// ledger: waits 1 s, all of it blamed on line 50. idle: used, never waited for.
const town = [
  wait([0.25, 0.75], { waiterSite: siteAt(1) }),
  wait([1, 2], { waiterSite: siteAt(2) }),
  wait([0, 0, 0, 0]),
  hold([0.5, 0.5, 1], siteAt(30)),
  hold([4], siteAt(40)),
  blame(3, siteAt(30)),
  blame(0.5, siteAt(40)),
  blame(0.5, null),
  wait([1], { name: "ledger", waiterSite: siteAt(9) }),
  blame(1, siteAt(50), { name: "ledger" }),
  wait([0, 0], { name: "idle" }),
];

test("by primitive there is one row each, the costliest first, the never contended last", async () => {
  const store = await filled(...town);
  const { items, next } = await store.hotSpots({ ...page, by: "primitive" });

  expect(next).toBeNull();
  expect(items).toEqual([
    {
      service: "shop",
      primitive: { name: "accounts", type: "lock" },
      waiterSite: siteAt(2),
      holderSite: siteAt(30),
      operations: 8,
      contended: 4,
      waitSeconds: 4,
      waitP50: 0,
      waitP99: 2,
      holdSeconds: 6,
      holdP99: 4,
      blameSeconds: 4,
      share: 0.8,
      exact: true,
    },
    expect.objectContaining({
      primitive: { name: "ledger", type: "lock" },
      waiterSite: siteAt(9),
      holderSite: siteAt(50),
      operations: 1,
      blameSeconds: 1,
      share: 0.2,
    }),
    expect.objectContaining({
      primitive: { name: "idle", type: "lock" },
      waiterSite: null,
      holderSite: null,
      operations: 2,
      contended: 0,
      waitSeconds: 0,
      share: 0,
    }),
  ]);
});

test("by waiter there is one row a waiting site, whose blame is its own waiting", async () => {
  const store = await filled(...town);
  const { items } = await store.hotSpots({ ...page, by: "waiter" });
  expect(
    items.map(({ primitive, waiterSite, holderSite, operations, waitSeconds, blameSeconds, share }) => [
      primitive.name,
      waiterSite?.lineNumber,
      holderSite?.lineNumber,
      operations,
      waitSeconds,
      blameSeconds,
      share,
    ]),
  ).toEqual([
    ["accounts", 2, 30, 2, 3, 3, 0.6],
    ["accounts", 1, 30, 2, 1, 1, 0.2],
    ["ledger", 9, 50, 1, 1, 1, 0.2],
    ["accounts", undefined, 30, 4, 0, 0, 0],
    ["idle", undefined, undefined, 2, 0, 0, 0],
  ]);
});

test("by holder there is one row a holding site, and one for nobody", async () => {
  const store = await filled(...town);
  const { items } = await store.hotSpots({ ...page, by: "holder" });
  expect(
    items.map(({ primitive, waiterSite, holderSite, holdSeconds, blameSeconds, share }) => [
      primitive.name,
      holderSite?.lineNumber,
      waiterSite?.lineNumber,
      holdSeconds,
      blameSeconds,
      share,
    ]),
  ).toEqual([
    ["accounts", 30, 2, 2, 3, 0.6],
    ["ledger", 50, 9, 0, 1, 0.2],
    ["accounts", 40, 2, 4, 0.5, 0.1],
    ["accounts", undefined, 2, 0, 0.5, 0.1],
  ]);
});

const unsampled: Site = { functionName: notSampled, filePath: notSampled, lineNumber: 0 };

test("by primitive the best known site is shown, however much more lies where no site was looked up", async () => {
  const store = await filled(
    wait([0.5], { waiterSite: siteAt(1) }),
    wait([1], { waiterSite: siteAt(2) }),
    wait([100]),
    blame(0.5, siteAt(30)),
    blame(1, siteAt(40)),
    blame(90, unsampled),
    blame(10, null),
  );
  const { items } = await store.hotSpots({ ...page, by: "primitive" });
  expect(items).toMatchObject([{ waiterSite: siteAt(2), holderSite: siteAt(40) }]);
});

test("with no site known to blame a holder is one not looked up, and null where most waiting was nobody's", async () => {
  const [held, free] = [{ name: "held" }, { name: "free" }];
  const store = await filled(
    wait([5], held),
    blame(3, unsampled, held),
    blame(1, null, held),
    wait([2], free),
    blame(2, null, free),
    blame(1, siteAt(1), free),
    hold([9], unsampled, free),
  );
  const { items } = await store.hotSpots({ ...page, by: "primitive" });
  expect(items).toMatchObject([
    { primitive: { name: "held" }, waiterSite: null, holderSite: unsampled },
    { primitive: { name: "free" }, waiterSite: null, holderSite: null },
  ]);
});

test("by waiter operations add up to the primitive's, though a counter without sites tells them too", async () => {
  const counter = (operations: number, contended: number): Rollup =>
    rollup({ kind: "operations", operations, contended }, { operation: "acquire", outcome: "granted" });
  const store = await filled(
    wait([1, 2], { waiterSite: siteAt(1) }),
    wait([0, 3.5], { waiterSite: siteAt(2) }),
    wait([0, 0, 4]),
    counter(3, 0),
    counter(4, 4),
  );
  const rows = async (by: Grouping): Promise<unknown[]> =>
    (await store.hotSpots({ ...page, by })).items.map(({ waiterSite, operations, contended }) => [
      waiterSite?.lineNumber,
      operations,
      contended,
    ]);
  expect(await rows("primitive")).toEqual([[2, 7, 4]]);
  expect(await rows("waiter")).toEqual([
    [undefined, 3, 1],
    [2, 2, 1],
    [1, 2, 2],
  ]);
});

test("by waiter a row's blame and its holder are the waiter's own, where programs tell who waited for whom", async () => {
  const store = await filled(
    wait([1], { waiterSite: siteAt(1) }),
    wait([3], { waiterSite: siteAt(2) }),
    wait([0], { waiterSite: siteAt(3) }),
    pair(0.9, siteAt(1), siteAt(30)),
    pair(2, siteAt(2), siteAt(40)),
    pair(0.5, siteAt(2), siteAt(30)),
    pair(0.25, null, siteAt(30)),
    pair(0.125, siteAt(9), null),
  );
  const { items } = await store.hotSpots({ ...page, by: "waiter" });

  expect(
    items.map(({ waiterSite, holderSite, operations, waitSeconds, blameSeconds }) => [
      waiterSite?.lineNumber,
      holderSite?.lineNumber,
      operations,
      waitSeconds,
      blameSeconds,
    ]),
  ).toEqual([
    [2, 40, 1, 3, 2.5],
    [1, 30, 1, 1, 0.9],
    [undefined, 30, 0, 0, 0.25],
    [9, undefined, 0, 0, 0.125],
    [3, undefined, 1, 0, 0],
  ]);
});

test("by primitive who waits is known before any wait has ended", async () => {
  const store = await filled(
    pair(1, siteAt(1), siteAt(30)),
    pair(2, siteAt(2), siteAt(40)),
    pair(9, null, siteAt(30)),
  );
  const { items } = await store.hotSpots({ ...page, by: "primitive" });
  expect(items).toMatchObject([{ waiterSite: siteAt(2), holderSite: siteAt(30), blameSeconds: 12 }]);
});

test("by holder the one who waited is who waited most for that holder", async () => {
  const store = await filled(
    wait([9], { waiterSite: siteAt(1) }),
    pair(1, siteAt(1), siteAt(30)),
    pair(2, siteAt(2), siteAt(30)),
    pair(5, null, siteAt(30)),
    pair(1, null, siteAt(40)),
  );
  const { items } = await store.hotSpots({ ...page, by: "holder" });
  expect(items).toMatchObject([
    { holderSite: siteAt(30), waiterSite: siteAt(2), blameSeconds: 8 },
    { holderSite: siteAt(40), waiterSite: siteAt(1), blameSeconds: 1 },
  ]);
});

test("a hot spot tells what its holder did: the longest three by name, the rest together", async () => {
  const times = [5, 1, 4, 2, 3].map((seconds) => activity(`step ${seconds}`, seconds, siteAt(30)));
  const store = await filled(blame(3, siteAt(30)), ...times, explained(10, siteAt(30)), blame(1, siteAt(40)));
  const [spot] = (await store.hotSpots({ ...page, by: "primitive" })).items;

  expect(spot?.held).toEqual({
    holderSite: siteAt(30),
    holds: 10,
    activities: [
      { name: "step 5", seconds: 5 },
      { name: "step 4", seconds: 4 },
      { name: "step 3", seconds: 3 },
      { name: "other", seconds: 3 },
    ],
  });
  expect((await store.hotSpots({ ...page, by: "holder" })).items.map(({ held }) => held?.holds)).toEqual([
    10,
    undefined,
  ]);
});

test("whatever the grouping, blame adds up to the waiting and the shares to one", async () => {
  const seconds = fc.integer({ min: 1, max: 1_000 }).map((ms) => ms / 1_000);
  const place = fc.record({
    name: fc.constantFrom("a", "b"),
    from: fc.nat(3),
    to: fc.nat(3),
    seconds,
    told: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1 }), async (waits) => {
      const store = await filled(
        ...waits.flatMap((one) => [
          wait([one.seconds], { name: one.name, waiterSite: siteAt(one.from) }),
          blame(one.seconds, one.to === 0 ? null : siteAt(one.to), {
            name: one.name,
            waiterSite: one.told ? siteAt(one.from) : null,
          }),
        ]),
      );
      const total = waits.reduce((sum, one) => sum + one.seconds, 0);
      for (const by of ["primitive", "waiter", "holder"] satisfies Grouping[]) {
        const { items } = await store.hotSpots({ ...page, by });
        expect(items.reduce((sum, row) => sum + row.blameSeconds, 0)).toBeCloseTo(total, 9);
        expect(items.reduce((sum, row) => sum + row.share, 0)).toBeCloseTo(1, 9);
      }
    }),
    { numRuns: 50 },
  );
});

test("operations are counted once, though waits and the counter both tell them", async () => {
  const counter = (operations: number, name: string): Rollup =>
    rollup({ kind: "operations", operations, contended: 1 }, { name });
  const store = await filled(wait([0, 0.5], { name: "both" }), counter(2, "both"), counter(7, "counter"));
  const { items } = await store.hotSpots({ ...page, by: "primitive" });
  expect(
    items.map(({ primitive, operations, contended }) => [primitive.name, operations, contended]),
  ).toEqual([
    ["both", 2, 1],
    ["counter", 7, 1],
  ]);
});

test("only the time and the service asked for count", async () => {
  const store = await filled(
    wait([1], {}, now - 600_000),
    wait([2], {}, now),
    wait([4], { service: "other" }, now),
  );
  const seconds = async (from: number, to: number, service?: string): Promise<number[]> =>
    (await store.hotSpots({ from, to, service, by: "primitive", limit: 10 })).items.map(
      (row) => row.waitSeconds,
    );

  expect(await seconds(now - 900_000, now, "shop")).toEqual([3]);
  expect(await seconds(now - 10_000, now, "shop")).toEqual([2]);
  expect(await seconds(now - 900_000, now - 300_000)).toEqual([1]);
  expect(await seconds(now - 10_000, now)).toEqual([4, 2]);
});

test("the answer is the same however time is cut, also for what came late", async () => {
  const late = fc.record({ age: fc.nat(880_000), name: fc.constantFrom("a", "b"), ms: fc.nat(5_000) });
  await fc.assert(
    fc.asyncProperty(fc.array(late), fc.array(late), async (first, second) => {
      const spread = new MemoryStore({ now: () => now });
      const at = (events: typeof first, time: (age: number) => number): Rollup[] =>
        events.map(({ age, name, ms }) => wait([ms / 1_000], { name }, time(age)));
      await spread.add(at(first, (age) => now - age));
      await spread.hotSpots({ ...page, by: "primitive" });
      await spread.add(at(second, (age) => now - age));
      const together = await filled(...at([...first, ...second], () => now));

      const figures = async (store: MemoryStore): Promise<unknown> =>
        (await store.hotSpots({ ...page, by: "primitive" })).items.map((row) => ({
          ...row,
          waitSeconds: row.waitSeconds.toFixed(6),
        }));
      expect(await figures(spread)).toEqual(await figures(together));
    }),
  );
});

test("a long answer comes in pages", async () => {
  const names = Array.from({ length: 5 }, (_, i) => `lock-${i}`);
  const store = await filled(...names.map((name, i) => wait([5 - i], { name })));
  const first = await store.hotSpots({ ...span, by: "primitive", limit: 2 });
  const second = await store.hotSpots({ ...span, by: "primitive", limit: 2, cursor: first.next ?? "" });
  const third = await store.hotSpots({ ...span, by: "primitive", limit: 2, cursor: second.next ?? "" });

  expect([first, second, third].flatMap(({ items }) => items.map((row) => row.primitive.name))).toEqual(
    names,
  );
  expect(third).toMatchObject({ next: null, total: 5 });
});

test("what is older than the retention is gone, and its series with it", async () => {
  let time = now;
  const store = new MemoryStore({ now: () => time, retentionMs: 60_000 });
  await store.add([wait([1])]);
  expect(await store.services()).toMatchObject([{ name: "shop", primitives: 1 }]);

  time += 80_000;

  expect(await store.services()).toEqual([]);
  expect(await store.hotSpots({ from: 0, to: time, by: "primitive", limit: 9 })).toEqual({
    items: [],
    next: null,
    total: 0,
  });
});

test("beyond the bound a known primitive loses its sites and an unknown one its name, but no figure", async () => {
  const store = new MemoryStore({ now: () => now, maxSeries: 3 });
  const lines = Array.from({ length: 10 }, (_, i) => wait([1], { waiterSite: siteAt(i) }));
  await store.add([...lines, wait([1], { name: "new" }), wait([1], { name: "newer" })]);

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
  await store.add([...pairs, ...pairs, pair(1, siteAt(1), siteAt(2), "ledger")]);
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
  await store.add(Array.from({ length: 10 }, (_, i) => pair(1, siteAt(i), siteAt(30))));
  await store.add([wait([1], { waiterSite: siteAt(7) }), hold([1], siteAt(8))]);
  const history = await store.primitive({ ...span, service: "shop", name: "accounts" });

  expect(history?.matrix.map(({ blameSeconds }) => blameSeconds)).toEqual([7, 1, 1, 1]);
  expect(history?.waiterSites).toMatchObject([{ site: siteAt(7) }]);
  expect(history?.holderSites).toMatchObject([{ site: siteAt(30) }, { site: siteAt(8) }]);
});

test("pairs that are forgotten make room for others", async () => {
  let time = now;
  const store = new MemoryStore({ now: () => time, retentionMs: 60_000, maxPairs: 1 });
  await store.add([pair(1, siteAt(1), siteAt(30))]);
  time += 80_000;
  await store.add([rollup({ kind: "waiters", waiters: 1 }, {}, time)]);
  await store.add([
    rollup({ kind: "blame", seconds: 1 }, { waiterSite: siteAt(2), holderSite: siteAt(30) }, time),
  ]);

  const history = await store.primitive({ from: 0, to: time, service: "shop", name: "accounts" });
  expect(history?.matrix).toEqual([{ waiterSite: siteAt(2), holderSite: siteAt(30), blameSeconds: 1 }]);
});

test("a holder's activities beyond the bound are added up as others, and each counts as a cell", async () => {
  const store = new MemoryStore({ now: () => now, maxCells: 60 });
  const many = Array.from({ length: 100 }, (_, i) => activity(`step ${i}`, 1, siteAt(30)));
  await store.add(many);
  const { activities } = (await store.primitive({ ...span, service: "shop", name: "accounts" })) ?? {};

  expect(activities?.[0]?.activities).toHaveLength(50);
  expect(activities?.[0]?.activities[0]).toEqual({ name: "other", seconds: 51 });

  await store.add([rollup({ kind: "activity", name: "late", seconds: 1 }, {}, now - 60_000)]);
  await store.add(Array.from({ length: 9 }, (_, i) => hold([1], siteAt(i))));
  expect(await store.dropped()).toMatchObject({ buckets: 1 });
});

test("when there are too many buckets the oldest goes first and is counted", async () => {
  const store = new MemoryStore({ now: () => now, maxCells: 2 });
  await store.add([wait([1], {}, now - 40_000), wait([2], {}, now - 20_000), wait([4], {}, now)]);
  const { items } = await store.hotSpots({ ...page, by: "primitive" });
  expect(items[0]?.waitSeconds).toBe(6);
  expect(await store.dropped()).toMatchObject({ buckets: 1 });
});

test("a primitive's history has its distributions, points, sites and outcomes", async () => {
  const store = await filled(
    ...town,
    wait([8], {}, now - 30_000),
    wait([0.5], { outcome: "timeout" }),
    rollup({ kind: "waiters", waiters: 3 }),
  );
  const history = await store.primitive({ ...span, service: "shop", name: "accounts" });

  expect(history).toMatchObject({
    service: "shop",
    primitive: { name: "accounts", type: "lock" },
    operations: 10,
    contended: 6,
    blameSeconds: 4,
    wait: { count: 10, sum: 12.5, p99: 8, max: 8 },
    hold: { count: 4, sum: 6, max: 4 },
    handoff: { count: 0, histogram: [] },
    stepSeconds: 10,
    series: [
      { time: now - 20_000, operations: 1, waitSeconds: 8, waiters: 0 },
      { time: now + 10_000, operations: 9, waitSeconds: 4.5, blameSeconds: 4, waiters: 3 },
    ],
    waiterSites: [
      { site: null, operations: 6, waitSeconds: 8.5 },
      { site: siteAt(2), operations: 2, waitSeconds: 3 },
      { site: siteAt(1), operations: 2, waitSeconds: 1 },
    ],
    holderSites: [
      { site: siteAt(30), holds: 3, blameSeconds: 3 },
      { site: siteAt(40), holds: 1, blameSeconds: 0.5 },
      { site: null, holds: 0, blameSeconds: 0.5 },
    ],
    outcomes: [
      { operation: "acquire", outcome: "granted", operations: 9 },
      { operation: "acquire", outcome: "timeout", operations: 1 },
    ],
  });
  expect(history?.wait.histogram[0]).toEqual({ from: 0, to: 0, count: 4 });
  expect(history?.wait.histogram.reduce((sum, bar) => sum + bar.count, 0)).toBe(10);
});

test("a primitive's history tells who waited for whom and what holders did", async () => {
  const store = await filled(
    pair(1, siteAt(1), siteAt(30)),
    pair(2, siteAt(1), siteAt(30)),
    pair(0.5, siteAt(2), null),
    pair(7, null, siteAt(40)),
    activity("running", 0.25, siteAt(30)),
    activity("in SELECT stock", 0.5, siteAt(30)),
    activity("in SELECT stock", 0.5, siteAt(30)),
    explained(2, siteAt(30)),
    activity("elsewhere", 4, siteAt(40)),
    explained(1, siteAt(40)),
  );
  const history = await store.primitive({ ...span, service: "shop", name: "accounts" });

  expect(history).toMatchObject({ blameSeconds: 10.5, waiterSites: [] });
  expect(history?.matrix).toEqual([
    { waiterSite: null, holderSite: siteAt(40), blameSeconds: 7 },
    { waiterSite: siteAt(1), holderSite: siteAt(30), blameSeconds: 3 },
    { waiterSite: siteAt(2), holderSite: null, blameSeconds: 0.5 },
  ]);
  expect(history?.activities).toEqual([
    { holderSite: siteAt(40), holds: 1, activities: [{ name: "elsewhere", seconds: 4 }] },
    {
      holderSite: siteAt(30),
      holds: 2,
      activities: [
        { name: "in SELECT stock", seconds: 1 },
        { name: "running", seconds: 0.25 },
      ],
    },
  ]);
});

test("of primitives that share a name the one with the most blame is meant, unless a type is given", async () => {
  const store = await filled(
    wait([1]),
    blame(1, null),
    wait([2], { type: "queue" }),
    blame(2, null, { type: "queue" }),
  );
  const asked = { ...span, service: "shop", name: "accounts" };
  expect((await store.primitive(asked))?.primitive.type).toBe("queue");
  expect((await store.primitive({ ...asked, type: "lock" }))?.wait.sum).toBe(1);
  expect(await store.primitive({ ...asked, name: "unheard of" })).toBeUndefined();
});

test("the last waits are kept, newest first, and new ones don't shift the pages", async () => {
  const store = new MemoryStore({ now: () => now, maxWaits: 4 });
  const kept = (spanId: string, service = "shop"): KeptWait =>
    ({ service, primitive: { name: "accounts", type: "lock" }, end: now, spanId }) as KeptWait;
  await store.addWaits(["1", "2", "3", "4", "5"].map((id) => kept(id)));

  const first = await store.waits({ ...span, limit: 2 });
  await store.addWaits([kept("6", "other")]);
  const second = await store.waits({ ...span, limit: 2, cursor: first.next ?? "" });

  expect(first.items.map(({ spanId }) => spanId)).toEqual(["5", "4"]);
  expect(second).toMatchObject({ items: [{ spanId: "3" }], next: null });
  expect((await store.waits({ ...span, service: "other", limit: 9 })).items).toHaveLength(1);
});
