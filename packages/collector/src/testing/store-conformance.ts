/**
 * What every store has to do. Each calls `storeConformance` in a test file of its own, with a way to open an empty
 * store; the answers demanded are the same for all.
 */

import { notSampled, type Grouping, type Site } from "@holdup/protocol";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { MemoryStore } from "../memory-store.ts";
import type { Rollup, Series } from "../rollup.ts";
import { overflow } from "../series-book.ts";
import { batchOf, type Store } from "../store.ts";
import { difference } from "./difference.ts";
import { siteAt } from "./observed-program.ts";
import { answersOf, storeHistory } from "./store-history.ts";
import {
  activity,
  batch,
  blame,
  explained,
  finding,
  hold,
  keptHold,
  keptWait,
  now,
  pair,
  rollup,
  town,
  wait,
} from "./rollups.ts";

const granted = { operation: "acquire", outcome: "granted" };

function counted(operations: number, contended: number, series: Partial<Series>): Rollup {
  return rollup({ kind: "operations", operations, contended }, series);
}

/** What a store under test is opened with. */
export interface ConformanceOptions {
  /** Unix ms; the store has no other clock. */
  readonly now: () => number;
  readonly retentionMs?: number | undefined;
  /** How many series are told apart, in a store that is fed through a SeriesBook. */
  readonly maxSeries?: number | undefined;
  readonly maxPairs?: number | undefined;
}

/** Opens a store with nothing in it; it is closed when the test is over. */
export type OpenStore = (options: ConformanceOptions) => Promise<Store>;

const hour = 3_600_000;
const span = { from: now - 900_000, to: now };
const page = { ...span, limit: 100 };
const unsampled: Site = { functionName: notSampled, filePath: notSampled, lineNumber: 0 };

/** @param runs how many cases a property is tried with */
export function storeConformance(name: string, openStore: OpenStore, runs = 20): void {
  const opened: Store[] = [];
  const open = async (options: ConformanceOptions = { now: () => now }): Promise<Store> => {
    const store = await openStore(options);
    opened.push(store);
    return store;
  };
  const filled = async (...rollups: Rollup[]): Promise<Store> => {
    const store = await open();
    await store.add(batch({ rollups }));
    return store;
  };
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  describe(`${name}: hot spots`, () => {
    hotSpotTests(open, filled, runs);
  });
  describe(`${name}: a primitive's history`, () => {
    historyTests(filled);
  });
  describe(`${name}: time`, () => {
    timeTests(open, filled, runs);
  });
  describe(`${name}: batches`, () => {
    batchTests(open, runs);
  });
  describe(`${name}: waits and findings`, () => {
    recordTests(open);
  });
}

type Open = (options?: ConformanceOptions) => Promise<Store>;
type Filled = (...rollups: Rollup[]) => Promise<Store>;

function hotSpotTests(open: Open, filled: Filled, runs: number): void {
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
    const store = await filled(
      wait([1, 2], { waiterSite: siteAt(1) }),
      wait([0, 3.5], { waiterSite: siteAt(2) }),
      wait([0, 0, 4]),
      counted(3, 0, granted),
      counted(4, 4, granted),
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
    const store = await filled(
      blame(3, siteAt(30)),
      ...times,
      explained(10, siteAt(30)),
      blame(1, siteAt(40)),
    );
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
    const store = await open();
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(place, { minLength: 1 }), async (waits) => {
        const service = `shop ${cases++}`;
        const rollups = waits.flatMap((one) => [
          wait([one.seconds], { service, name: one.name, waiterSite: siteAt(one.from) }),
          blame(one.seconds, one.to === 0 ? null : siteAt(one.to), {
            service,
            name: one.name,
            waiterSite: one.told ? siteAt(one.from) : null,
          }),
        ]);
        await store.add(batch({ rollups }));
        const total = waits.reduce((sum, one) => sum + one.seconds, 0);
        for (const by of ["primitive", "waiter", "holder"] satisfies Grouping[]) {
          const { items } = await store.hotSpots({ ...page, service, by });
          expect(items.reduce((sum, row) => sum + row.blameSeconds, 0)).toBeCloseTo(total, 9);
          expect(items.reduce((sum, row) => sum + row.share, 0)).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: runs },
    );
  }, 240_000);

  test("operations are counted once, though waits and the counter both tell them", async () => {
    const store = await filled(
      wait([0, 0.5], { name: "both" }),
      counted(2, 1, { name: "both" }),
      counted(7, 1, { name: "counter" }),
    );
    const { items } = await store.hotSpots({ ...page, by: "primitive" });
    expect(
      items.map(({ primitive, operations, contended }) => [primitive.name, operations, contended]),
    ).toEqual([
      ["both", 2, 1],
      ["counter", 7, 1],
    ]);
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

  test("beyond the bound of series no figure is lost, and a known primitive keeps its name", async () => {
    const store = await open({ now: () => now, maxSeries: 3 });
    const lines = Array.from({ length: 10 }, (_, i) => wait([1], { waiterSite: siteAt(i) }));
    await store.add(batch({ rollups: [...lines, wait([1], { name: "new" }), wait([1], { name: "newer" })] }));

    const { items } = await store.hotSpots({ ...page, by: "primitive" });
    expect(items.map(({ primitive, operations }) => [primitive, operations])).toEqual([
      [{ name: "accounts", type: "lock" }, 10],
      [overflow, 2],
    ]);
    expect(await store.dropped()).toMatchObject({ series: 9 });
    expect(store.crowded([wait([1], { name: "unheard of" })])).toBe(1);
  });
}

function historyTests(filled: Filled): void {
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
        {
          time: now - 20_000,
          operations: 1,
          waitSeconds: 8,
          waitP95: 8,
          waits: [{ from: 4, to: 8, count: 1 }],
          waiters: 0,
        },
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
}

function timeTests(open: Open, filled: Filled, runs: number): void {
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
    const store = await open();
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(late), fc.array(late), async (first, second) => {
        const [spread, together] = [`spread ${cases}`, `together ${cases++}`];
        const at = (service: string, events: typeof first, time: (age: number) => number): Rollup[] =>
          events.map(({ age, name, ms }) => wait([ms / 1_000], { service, name }, time(age)));
        await store.add(batch({ rollups: at(spread, first, (age) => now - age) }));
        await store.hotSpots({ ...page, by: "primitive" });
        await store.add(batch({ rollups: at(spread, second, (age) => now - age) }));
        await store.add(batch({ rollups: at(together, [...first, ...second], () => now) }));

        const figures = async (service: string): Promise<unknown> =>
          (await store.hotSpots({ ...page, service, by: "primitive" })).items.map((row) => ({
            ...row,
            service: "",
            waitSeconds: row.waitSeconds.toFixed(6),
          }));
        expect(await figures(spread)).toEqual(await figures(together));
      }),
      { numRuns: runs },
    );
  }, 240_000);

  test("what is older than the retention is gone, and its series with it", async () => {
    const clock = { now };
    const store = await open({ now: () => clock.now, retentionMs: hour });
    await store.add(batch({ rollups: [wait([1])] }));
    expect(await store.services()).toMatchObject([{ name: "shop", primitives: 1 }]);

    clock.now += 3 * hour;
    await store.add(batch({ rollups: [wait([1], { service: "other" }, clock.now)] }));

    expect(await store.services()).toMatchObject([{ name: "other", primitives: 1 }]);
    const { items } = await store.hotSpots({ from: 0, to: clock.now, by: "primitive", limit: 9 });
    expect(items.map(({ service }) => service)).toEqual(["other"]);
  });

  test("over hours no figure is lost, whatever the grain in which they are kept", async () => {
    const clock = { now };
    const store = await open({ now: () => clock.now, retentionMs: 24 * hour });
    // A batch each five minutes, with two rollups of each minute.
    const times = Array.from({ length: 10 * 60 }, (_, minute) => now + minute * 60_000);
    for (let i = 0; i < times.length; i += 5) {
      const ended = times.slice(i, i + 5);
      clock.now = ended.at(-1) ?? now;
      const rollups = ended.flatMap((time) => [wait([1], {}, time), wait([1], {}, time - 30_000)]);
      await store.add(batch({ rollups }));
    }
    const waited = async (from: number, to: number): Promise<number> =>
      (await store.hotSpots({ from, to, by: "primitive", limit: 1 })).items[0]?.operations ?? 0;

    expect(await waited(now - hour, clock.now)).toBe(1_200);
    expect(await waited(clock.now - 600_000, clock.now)).toBe(21);
    // Of a stretch long ago it may be known only by the hour.
    const [from, to] = [now + 2 * hour, now + 4 * hour - 1];
    expect(await waited(from, to)).toBeGreaterThanOrEqual(240);
    expect(await waited(from, to)).toBeLessThanOrEqual(240 + 2 * 120);
    const history = await store.primitive({
      from: now - hour,
      to: clock.now,
      service: "shop",
      name: "accounts",
    });
    expect(history?.wait).toMatchObject({ count: 1_200, sum: 1_200, p99: 1, max: 1 });
    expect(history?.series.reduce((sum, { operations }) => sum + operations, 0)).toBe(1_200);
  });

  test("services tell how many primitives they have, and since when and until when they were heard of", async () => {
    const store = await open();
    await store.add(batch({ rollups: [wait([1]), wait([1], { name: "b" }, now - 60_000)] }));
    await store.add(batch({ rollups: [wait([1], { service: "bank", type: "queue" }, now - 30_000)] }));
    const services = await store.services();

    expect(services.map(({ name, primitives }) => [name, primitives])).toEqual([
      ["bank", 1],
      ["shop", 2],
    ]);
    const times = services.flatMap(({ firstSeenAt, lastSeenAt }) => [firstSeenAt, lastSeenAt]);
    const exact = [now - 30_000, now - 30_000, now - 60_000, now];
    times.forEach((time, i) => expect(Math.abs(time - (exact[i] ?? 0))).toBeLessThanOrEqual(10_000));
  });
}

function batchTests(open: Open, runs: number): void {
  test("the same batch sent again counts once, for ten minutes", async () => {
    const clock = { now };
    const store = await open({ now: () => clock.now });
    const rollups = [wait([1]), blame(1, siteAt(30))];
    const sent = batch({ rollups, waits: [keptWait("1")], findings: [finding("a")] });
    const first = await store.add(sent);
    clock.now += 9 * 60_000;
    await store.add(sent);
    await store.add(batch({ rollups }));

    expect(first).toBe(true);
    const { items } = await store.hotSpots({ ...page, to: clock.now, by: "primitive" });
    expect(items).toMatchObject([{ operations: 2, waitSeconds: 2, blameSeconds: 2 }]);
    expect((await store.waits({ ...page, to: clock.now })).items).toHaveLength(1);
  });

  test("a batch with nothing in it leaves nothing: what comes with its token is kept", async () => {
    const store = await open();
    const { token } = batch({});

    expect(await store.add(batchOf(token, {}))).toBe(true);
    expect(await store.add(batchOf(token, { findings: [finding("a")] }))).toBe(true);

    expect((await store.findings(page)).items).toHaveLength(1);
  });

  test("the same batch sent twice at once counts once", async () => {
    const store = await open();
    const sent = batch({ rollups: [wait([1])], waits: [keptWait("1")] });
    await Promise.all([store.add(sent), store.add(sent), store.add(sent)]);

    expect((await store.hotSpots({ ...page, by: "primitive" })).items).toMatchObject([{ operations: 1 }]);
    expect((await store.waits(page)).items).toHaveLength(1);
  });

  test("what cumulative streams said last is known again", async () => {
    const store = await open();
    const counter = { startTime: now - 1_000, time: now, value: 5.5 };
    const told = wait([0, 0.25, 2]).measure;
    const histogram = told.kind === "wait" ? told.histogram : expect.fail();
    const duration = { startTime: now - 2_000, time: now - 500, value: histogram };
    await store.add(batch({ readings: new Map([["a", counter]]) }));
    await store.add(batch({ readings: new Map([["b", duration]]) }));
    await store.add(batch({ readings: new Map([["a", { ...counter, time: now + 1_000, value: 7 }]]) }));
    const readings = await store.readings(["a", "b", "unheard of"]);

    expect([...readings.keys()].toSorted()).toEqual(["a", "b"]);
    expect(readings.get("a")).toEqual({ ...counter, time: now + 1_000, value: 7 });
    const { value, ...times } = readings.get("b") ?? expect.fail();
    expect(times).toEqual({ startTime: now - 2_000, time: now - 500 });
    const { offset, counts, ...figures } = typeof value === "number" ? expect.fail() : value;
    expect(figures).toMatchObject({ count: 3, sum: 2.25, min: 0, max: 2, zeroCount: 1, scale: 4 });
    const indexes = Array.from(counts).flatMap((count, i) => (count > 0 ? [offset + i] : []));
    expect(indexes).toEqual([-33, 15]);
  });

  test("whatever comes, the answers are those of a store in memory", async () => {
    await fc.assert(
      fc.asyncProperty(storeHistory, async (history) => {
        const clock = { now };
        const store = await open({ now: () => clock.now });
        const reference = new MemoryStore({ now: () => clock.now });
        for (const { after, sent } of history) {
          clock.now += after;
          const made = sent(clock.now);
          await store.add(made);
          await reference.add(made);
        }
        const expected = await answersOf(reference, clock.now);
        expect(difference(await answersOf(store, clock.now), expected)).toBeUndefined();
      }),
      { numRuns: runs },
    );
  }, 240_000);
}

function recordTests(open: Open): void {
  test("waits are told newest first, and new ones don't shift the pages", async () => {
    const store = await open();
    const kept = ["1", "2", "3", "4"].map((id, i) => keptWait(id, { end: now - 1_000 + i }));
    await store.add(batch({ waits: kept.slice(0, 2) }));
    await store.add(batch({ waits: kept.slice(2) }));

    const first = await store.waits({ ...span, limit: 2 });
    await store.add(batch({ waits: [keptWait("5", { service: "other" })] }));
    const second = await store.waits({ ...span, limit: 2, cursor: first.next ?? "" });

    expect(first.items).toEqual([kept[3], kept[2]]);
    expect(first.next).toMatch(/^\d{1,15}$/);
    expect(second).toEqual({ items: [kept[1], kept[0]], next: null });
  });

  test("waits are found by service, by primitive and by the time of their end", async () => {
    const store = await open();
    await store.add(
      batch({
        waits: [
          keptWait("1", { end: now - 10_000, task: "checkout", waiterSite: null, holders: [] }),
          keptWait("2", { service: "bank", end: now - 5_000 }),
          keptWait("3", { primitive: { name: "ledger", type: "queue" }, end: now - 1_000 }),
        ],
      }),
    );
    const found = async (query: object): Promise<string[]> =>
      (await store.waits({ ...page, ...query })).items.map(({ spanId }) => spanId);

    expect(await found({})).toEqual(["3", "2", "1"]);
    expect(await found({ service: "shop" })).toEqual(["3", "1"]);
    expect(await found({ service: "shop", primitive: "accounts" })).toEqual(["1"]);
    expect(await found({ from: now - 9_000, to: now - 2_000 })).toEqual(["2"]);
  });

  test("holds are kept beside waits, and told and found like them", async () => {
    const store = await open();
    const kept = [
      keptHold("1", { end: now - 3_000, task: null, holderSite: null, wait: null }),
      keptHold("2", { end: now - 2_000, primitive: { name: "slots", type: "semaphore" }, permits: 3 }),
      keptHold("3", { end: now - 1_000, wait: { traceId: "1".repeat(32), spanId: "9".repeat(16) } }),
    ];
    await store.add(batch({ waits: [keptWait("4")], holds: kept.slice(0, 2) }));
    await store.add(batch({ holds: kept.slice(2) }));

    const first = await store.holds({ ...span, limit: 2 });
    const second = await store.holds({ ...span, limit: 2, cursor: first.next ?? "" });

    expect(first.items).toEqual([kept[2], kept[1]]);
    expect(second).toEqual({ items: [kept[0]], next: null });
    expect((await store.holds({ ...page, primitive: "slots" })).items).toEqual([kept[1]]);
    expect((await store.waits(page)).items).toHaveLength(1);
  });

  test("a finding told again takes the place of itself, on top, and its count never falls", async () => {
    const store = await open();
    const times = { firstSeen: now - 5_000, lastSeen: now - 4_000 };
    await store.add(batch({ findings: [finding("a", { count: 5, ...times }), finding("b")] }));
    await store.add(
      batch({ findings: [finding("a", { count: 3, message: "in other words", lastSeen: now })] }),
    );

    expect((await store.findings(page)).items).toEqual([
      finding("a", { count: 5, firstSeen: now - 5_000, lastSeen: now, message: "in other words" }),
      finding("b"),
    ]);
  });

  test("findings are told apart by service, process and id, and found by service and time", async () => {
    const store = await open();
    const old = { firstSeen: now - 60_000, lastSeen: now - 50_000 };
    const findings = [
      finding("a", old),
      finding("a", { instance: "i-2", ...old, lastSeen: now - 40_000 }),
      finding("a", { service: "bank" }),
    ];
    await store.add(batch({ findings }));
    const found = async (query: object): Promise<string[]> =>
      (await store.findings({ ...page, ...query })).items.map(({ service, instance }) => service + instance);

    expect(await found({})).toEqual(["banki-1", "shopi-2", "shopi-1"]);
    expect(await found({ service: "shop" })).toEqual(["shopi-2", "shopi-1"]);
    expect(await found({ from: now - 45_000, to: now - 30_000 })).toEqual(["shopi-2"]);
  });

  test("findings come in pages that new ones don't shift", async () => {
    const store = await open();
    await store.add(
      batch({ findings: ["a", "b", "c"].map((id, i) => finding(id, { lastSeen: now - 100 + i })) }),
    );
    const first = await store.findings({ ...span, limit: 2 });
    await store.add(batch({ findings: [finding("d", { lastSeen: now })] }));
    const second = await store.findings({ ...span, limit: 2, cursor: first.next ?? "" });

    expect(first.items.map(({ id }) => id)).toEqual(["c", "b"]);
    expect(first.next).toMatch(/^\d{1,15}$/);
    expect(second).toMatchObject({ items: [{ id: "a" }], next: null });
  });
}
