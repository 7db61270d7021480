import { hotSpotKey, type HotSpot } from "@holdup/protocol";
import { waitTree, type Recording } from "@holdup/recording";
import { expect, test } from "vitest";
import { blockedOf } from "../charts/blocked.ts";
import type { Question, QuestionName, Questions } from "../data-source.ts";
import { profileTree, waitsTree } from "../flamegraphs/profile-tree.ts";
import { shownUntil } from "../shown-time.ts";
import { apply, initialState, type State } from "../state.ts";
import { FileSource } from "./file-source.ts";
import { audit, recordedShop, reserve, startedAt } from "./testing/recorded-shop.ts";

const inventory = { name: "inventory", type: "lock" };
const service = "src/shop.ts";

function ask<Name extends QuestionName>(
  question: Question<Name>,
  parts?: Partial<Recording>,
): Promise<Questions[Name]["answer"]> {
  return new FileSource(recordedShop(parts)).ask(question);
}

function told(parts?: Partial<Recording>): State {
  let state = initialState(0);
  new FileSource(recordedShop(parts)).start((message) => {
    state = apply(state, message);
  });
  return state;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

test("all there is comes at once, and its time is that of its end", () => {
  const state = told();

  expect(state).toMatchObject({ sync: "complete", connection: { phase: "recorded" }, windowSeconds: 2 });
  expect(state.recorded).toMatchObject({ name: service, exitCode: 3, durationMs: 2000, stepMs: 100 });
  expect([...state.rows.values()].map(({ primitive }) => primitive.name)).toEqual(["inventory", "receipts"]);
  const end = Math.ceil((startedAt + 2000) / 100) * 100;
  expect(state.recorded?.whole).toEqual({ from: startedAt - 30, to: end });
  expect(shownUntil(state, Date.now())).toBe(end);
});

test("what is missing is told in sentences, and what had no room in the page", () => {
  expect(told().recorded?.missing).toEqual([
    "Worker 3 of process 1 left no recording: it was killed, or too busy at its end.",
  ]);
  let state = initialState(0);
  new FileSource({ ...recordedShop({ missing: [], flights: [] }), leftOut: ["main"] }).start((message) => {
    state = apply(state, message);
  });
  expect(state.recorded?.missing).toEqual([expect.stringContaining("waits of main have no room")]);
});

test("by primitive, by the line that waited and by the line that held: each adds up to all waiting", async () => {
  for (const by of ["primitive", "waiter", "holder"] as const) {
    const { items, next } = await ask({ name: "hotSpots", by });

    expect(next).toBeNull();
    expect(sum(items, ({ blameSeconds }) => blameSeconds)).toBeCloseTo(1);
    expect(sum(items, ({ share }) => share)).toBeCloseTo(1);
  }
});

test("a primitive has its exact figures, and the known line that is to blame for the most", async () => {
  const { items } = await ask({ name: "hotSpots", by: "primitive" });

  expect(items[0]).toMatchObject({
    service,
    primitive: inventory,
    operations: 21,
    contended: 20,
    blameSeconds: 1,
    holdSeconds: 1.05,
    holdP99: 0.5,
    holderSite: audit,
    waiterSite: reserve,
    waiters: 1,
    exact: true,
  });
  expect(items[0]?.waitP50).toBeCloseTo(0.051, 2);
  // Nobody waited: the line that used it says more than none.
  expect(items[1]).toMatchObject({ primitive: { name: "receipts" }, waiterSite: audit, holderSite: null });
});

test("a line that held has its holds; who was not looked up has a name, and nobody is nobody", async () => {
  const { items } = await ask({ name: "hotSpots", by: "holder" });
  const about = (spot: HotSpot) => spot.primitive.name === "inventory";

  expect(
    items
      .filter(about)
      .map(({ holderSite, blameSeconds, holdP99 }) => [
        holderSite?.functionName,
        blameSeconds,
        Number(holdP99.toFixed(3)),
      ]),
  ).toEqual([
    ["audit", 0.5, 0.5],
    ["reserve", 0.3, 0.028],
    ["(not sampled)", 0.1, 0],
    [undefined, 0.1, 0],
  ]);
});

test("what holders did is told where they held: the longest three by name, and in the detail all", async () => {
  const [spot] = (await ask({ name: "hotSpots", by: "primitive" })).items;
  const byLine = (await ask({ name: "hotSpots", by: "holder" })).items;
  const detail = await ask({ name: "primitive", service, primitive: inventory });

  expect(spot?.held).toEqual({
    holderSite: audit,
    holds: 1,
    activities: [
      { name: "in SELECT stock", seconds: 0.3 },
      { name: "running", seconds: 0.12 },
      { name: "waiting for receipts", seconds: 0.05 },
      { name: "other", seconds: expect.closeTo(0.03) },
    ],
  });
  expect(byLine.map(({ held }) => held?.holds)).toEqual([1, 4, undefined, undefined, undefined]);
  expect(detail?.activities.map(({ holderSite, activities }) => [holderSite, activities.length])).toEqual([
    [audit, 5],
    [reserve, 1],
  ]);
});

test("a line that waited has no percentiles: a recording doesn't know them by line", async () => {
  const { items } = await ask({ name: "hotSpots", by: "waiter" });

  expect(items[0]).toMatchObject({ waiterSite: reserve, operations: 11, blameSeconds: 0.6 });
  expect([items[0]?.waitP99, items[0]?.contended]).toEqual([Number.NaN, Number.NaN]);
});

test("a primitive's detail adds up like its record", async () => {
  const detail = await ask({ name: "primitive", service, primitive: inventory });
  if (detail === null) throw new Error("it is not known");

  expect(detail).toMatchObject({ operations: 21, contended: 20, blameSeconds: 1, waiters: 1, holders: 1 });
  expect(detail.wait).toMatchObject({ count: 21, max: 0.051 });
  expect(detail.wait.histogram[0]).toEqual({ from: 0, to: 0, count: 1 });
  expect(sum(detail.wait.histogram, ({ count }) => count)).toBe(21);
  expect(detail.hold.count).toBe(21);
  expect(detail.handoff.count).toBe(20);
  expect(sum(detail.matrix, ({ blameSeconds }) => blameSeconds)).toBeCloseTo(1);
  expect(detail.matrix).toHaveLength(5);
  expect(sum(detail.holderSites, ({ blameSeconds }) => blameSeconds)).toBeCloseTo(1);
  expect(detail.state?.waiters).toEqual([
    { task: "order 21", taskId: "7", site: reserve, sinceMs: 830, operation: "acquire" },
  ]);
  expect(await ask({ name: "primitive", service, primitive: { name: "other", type: "lock" } })).toBeNull();
});

test("its course adds up, too, and each step has the percentiles of the waits that ended in it", async () => {
  const detail = await ask({ name: "primitive", service, primitive: inventory });
  const series = detail?.series ?? [];

  expect(detail?.stepSeconds).toBe(0.1);
  expect(series).toHaveLength(21);
  expect(series[0]?.time).toBe(startedAt - 30 + 100);
  expect(sum(series, ({ operations }) => operations)).toBe(21);
  expect(sum(series, ({ contended }) => contended)).toBe(20);
  expect(sum(series, ({ blameSeconds }) => blameSeconds)).toBeCloseTo(1);
  expect(sum(series, ({ waits }) => sum(waits, ({ count }) => count))).toBe(20);
  expect(series[5]?.waitP50).toBeCloseTo(0.051, 2);
  expect(series[5]?.waitP99).toBeCloseTo(0.051, 2);
  // When holds were how long is not known.
  expect(series[5]?.holdP99).toBeNaN();
});

test("the chart of all waiting has the steps of the run, and all that was waited in it", () => {
  const state = told();

  const { times, rates, stepMs } = blockedOf(state, shownUntil(state, 0), []);

  expect([stepMs, times.length, times.at(-1)]).toEqual([100, 21, state.recorded?.whole.to]);
  expect(sum(rates.flat(), (rate) => (rate * stepMs) / 1000)).toBeCloseTo(1);
  expect(sum(state.session, ({ operations }) => operations)).toBe(25);
});

test("before single waits are known a step has no percentiles, unless nobody had to wait in it", async () => {
  const { recording } = recordedShop();
  const flights = recording.flights.map(({ thread, flight }) => ({
    thread,
    flight: { ...flight, start: flight.start + 1500, waits: [] },
  }));
  const detail = await ask({ name: "primitive", service, primitive: inventory }, { flights });

  expect(told().recorded?.waitsSince).toBe(-Infinity);
  expect(told({ flights }).recorded?.waitsSince).toBe(flights[0]?.flight.start);
  expect(detail?.series[5]?.waitP99).toBeNaN();
  expect(detail?.series.at(-1)?.waitP99).toBe(0);
});

test("a recording whose slices don't tell when they were has no course", () => {
  const { recording } = recordedShop();
  const primitives = recording.primitives.map((record) => ({
    ...record,
    slices: record.slices.map((slice) => ({ ...slice, endedAt: undefined })) as never,
  }));

  const state = told({ primitives });

  expect(state.session).toEqual([]);
  expect([...state.rows.values()][0]?.blameSeconds).toBe(1);
});

test("single waits come the newest first, page by page, each with the hold that it waited behind", async () => {
  const first = await ask({ name: "waits", limit: 15, primitive: "inventory" });
  const second = await ask({ name: "waits", limit: 15, primitive: "inventory", cursor: first.next ?? "" });
  const holds = await ask({ name: "holds", limit: 100 });
  const waits = [...first.items, ...second.items];

  expect([first.items.length, second.items.length, second.next]).toEqual([15, 6, null]);
  expect(waits[0]).toMatchObject({ outcome: "pending", task: "order 21", instance: "main" });
  expect(waits[1]).toMatchObject({ outcome: "granted", blockedSeconds: 0.05, handoffSeconds: 0.001 });
  expect(new Set([...waits, ...holds.items].map(({ spanId }) => spanId)).size).toBe(21 + 21);
  const behind = holds.items.find(({ spanId }) => spanId === waits[1]?.holders[0]?.spanId);
  expect(behind?.end).toBe(waits[1]?.start === undefined ? 0 : waits[1].start + 50);
  expect((await ask({ name: "waits", limit: 100, primitive: "receipts" })).items).toEqual([]);
});

test("waits of a stretch of time are those that ended in it", async () => {
  const { items } = await ask({
    name: "waits",
    limit: 100,
    from: startedAt + 170 + 51,
    to: startedAt + 170 + 101,
  });

  expect(items.map(({ start }) => start - startedAt - 170)).toEqual([50]);
});

test("who waited when the run ended is the graph of its end", async () => {
  expect((await ask({ name: "waitGraph" })).items).toMatchObject([
    {
      instance: "main",
      primitive: inventory,
      holders: [{ task: null, sinceMs: 830 }],
      waiters: [{ task: "order 21" }],
    },
  ]);
});

test("findings are there at once and when they are asked for", async () => {
  const { items } = await ask({ name: "findings" });

  expect(items).toMatchObject([{ kind: "convoy", count: 2, service, instance: "main" }]);
  expect([...told().findings.values()]).toEqual(items);
});

test("of event loops it knows how much of the waiting was theirs after the grant, and no more", async () => {
  const { items } = await ask({ name: "eventLoops" });

  expect(items).toMatchObject([
    {
      points: [],
      waits: [
        { primitive: inventory, handoffSeconds: 0.02 },
        { primitive: { name: "receipts" }, handoffSeconds: 0 },
      ],
    },
  ]);
});

test("its flamegraphs are of all its waiting, by who waited and by who held, and of the processor", async () => {
  const { recording, cpu } = recordedShop();
  const { items } = await ask({ name: "profiles" });
  const contentOf = (id: string) => ask({ name: "profile", id, to: 0 });

  expect(items.map(({ id, kind }) => [id, kind])).toEqual([
    ["recording", "recording"],
    ["waits", "waits"],
    ["processor", "cpuprofile"],
  ]);
  expect(profileTree("recording", await contentOf("recording"), "holder")).toEqual(
    waitTree(recording.stacks.holders),
  );
  expect(profileTree("cpuprofile", await contentOf("processor"), "waiter")).toEqual(cpu);
  expect(await contentOf("another")).toBeNull();
  expect(waitsTree(await ask({ name: "waitsProfile" }), "holder").total).toBeCloseTo(1000);
});

test("names that try to be more than text are text: nothing of a row is changed", () => {
  const name = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
  const [record] = recordedShop().recording.primitives;
  if (record === undefined) throw new Error("no primitive");

  const state = told({ primitives: [{ ...record, name }], flights: [] });

  const key = hotSpotKey({ service, primitive: { name, type: "lock" } });
  expect(state.rows.get(key)?.primitive.name).toBe(name);
  expect(state.series.get(key)?.length).toBe(21);
});
