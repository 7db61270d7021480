import { expect, test } from "vitest";
import { aggregate, type Aggregate } from "./aggregate.ts";
import { Cumulative } from "./cumulative.ts";
import { decodeMetrics } from "./decode.ts";
import { ObservedProgram, siteAt } from "./testing/observed-program.ts";

const now = 1_800_000_000_000;
const hour = 3_600_000;

function aggregated(program: ObservedProgram, streams: Cumulative = new Cumulative()): Aggregate {
  return aggregate(decodeMetrics(program.metrics(), "json"), streams, { now, maxAgeMs: hour });
}

test("each metric becomes a rollup of its primitive, operation, outcome and site", () => {
  const { rollups, rejected } = aggregated(
    new ObservedProgram("shop", now)
      .wait([0.5, 0.25], { site: siteAt(7) })
      .hold([2], { site: siteAt(3) })
      .handoff([0.001])
      .operations(2, { attributes: { "holdup.contended": true } })
      .blame(0.75, { holder: siteAt(3) }),
  );

  const common = { service: "shop", type: "lock", name: "accounts" };
  expect(rejected.size).toBe(0);
  expect(rollups).toMatchObject([
    {
      time: now,
      series: {
        ...common,
        operation: "acquire",
        outcome: "granted",
        waiterSite: siteAt(7),
        holderSite: null,
      },
      measure: { kind: "wait", contended: 2, histogram: { count: 2, sum: 0.75 } },
    },
    { series: { ...common, waiterSite: null, holderSite: siteAt(3) }, measure: { kind: "hold" } },
    { series: common, measure: { kind: "handoff", histogram: { count: 1 } } },
    { series: common, measure: { kind: "operations", operations: 2, contended: 2 } },
    {
      series: { ...common, waiterSite: null, holderSite: siteAt(3) },
      measure: { kind: "blame", seconds: 0.75 },
    },
  ]);
});

test("blame tells both sites, what holders did and how many were looked at only the holder's", () => {
  const sites = { site: siteAt(7), holder: siteAt(3) };
  const { rollups, rejected } = aggregated(
    new ObservedProgram("shop", now)
      .blame(0.75, sites)
      .blame(0.25, { site: siteAt(7) })
      .activity("in SELECT stock", 0.5, { holder: siteAt(3) })
      .explained(2, { holder: siteAt(3) }),
  );
  const holder = { operation: "", waiterSite: null, holderSite: siteAt(3) };

  expect(rejected.size).toBe(0);
  expect(rollups).toMatchObject([
    { series: { waiterSite: siteAt(7), holderSite: siteAt(3) }, measure: { kind: "blame", seconds: 0.75 } },
    { series: { waiterSite: siteAt(7), holderSite: null }, measure: { kind: "blame", seconds: 0.25 } },
    { series: holder, measure: { kind: "activity", name: "in SELECT stock", seconds: 0.5 } },
    { series: holder, measure: { kind: "explained", holds: 2 } },
  ]);
});

test("what a holder did is cut where it is too long, and one of many where it has no name", () => {
  const { rollups } = aggregated(
    new ObservedProgram("shop", now).activity("x".repeat(5_000), 1).activity("", 1),
  );
  expect(rollups.map(({ measure }) => measure)).toMatchObject([{ name: "x".repeat(200) }, { name: "other" }]);
});

test("operations that did not wait are zeros; without the attribute only the zeros count as uncontended", () => {
  const { rollups } = aggregated(
    new ObservedProgram("shop", now)
      .wait([0, 0, 0])
      .wait([0, 0.5], { attributes: { "holdup.contended": "unheard of" } }),
  );
  expect(rollups.map(({ measure }) => measure)).toMatchObject([
    { contended: 0, histogram: { count: 3, zeroCount: 3 } },
    { contended: 1, histogram: { count: 2, zeroCount: 1 } },
  ]);
});

test("blame without a holder's site is charged to nobody", () => {
  const { rollups } = aggregated(new ObservedProgram("shop", now).blame(1));
  expect(rollups[0]?.series.holderSite).toBeNull();
});

test("how many wait and hold now is told apart by process and stream", () => {
  const { presences, rollups } = aggregated(
    new ObservedProgram("shop", now, "i-7")
      .waiters(2)
      .waiters(1, { attributes: { extra: 1 } })
      .holders(1),
  );
  expect(rollups).toEqual([]);
  expect(presences).toMatchObject([
    { kind: "waiters", service: "shop", instance: "i-7", name: "accounts", value: 2, relative: false },
    { kind: "waiters", value: 1 },
    { kind: "holders", value: 1 },
  ]);
  expect(presences[0]?.stream).not.toBe(presences[1]?.stream);
});

test("foreign metrics are passed over without a word", () => {
  const foreign = {
    resourceMetrics: [
      {
        scopeMetrics: [
          { metrics: [{ name: "http.server.duration", sum: { dataPoints: [{ asDouble: -1 }] } }] },
        ],
      },
    ],
  };
  const groups = decodeMetrics(Buffer.from(JSON.stringify(foreign)), "json");
  expect(aggregate(groups, new Cumulative(), { now, maxAgeMs: hour })).toEqual({
    rollups: [],
    presences: [],
    stretches: [],
    losses: new Map(),
    rejected: new Map(),
    warned: new Set(),
  });
});

test("points that can't be true are rejected with a reason", () => {
  const { rollups, rejected } = aggregated(
    new ObservedProgram("shop", now)
      .at(now + 11 * 60_000)
      .wait([1])
      .at(now - 2 * hour)
      .wait([1])
      .at(now)
      .wait([1], { attributes: { "holdup.primitive.name": 7 } })
      .blame(-1)
      .blame(1, {}, 0),
  );
  expect(rollups).toEqual([]);
  expect([...rejected]).toEqual([
    ["a point lies in the future", 1],
    ["a point is older than the retention", 1],
    ["a point has no holdup.primitive.name", 1],
    ["a point has a negative value", 1],
    ["a point has no aggregation temporality", 1],
  ]);
});

test("a primitive without a name is told as one that is unnamed", () => {
  const { rollups, presences, rejected } = aggregated(
    new ObservedProgram("shop", now).wait([1], { name: "" }).waiters(1, { name: "" }),
  );
  expect(rejected.size).toBe(0);
  expect(rollups).toMatchObject([{ series: { type: "lock", name: "(unnamed)" } }]);
  expect(presences).toMatchObject([{ type: "lock", name: "(unnamed)", value: 1 }]);
});

test("a point without a time is of now", () => {
  expect(aggregated(new ObservedProgram("shop", 0).at(0, 0).wait([1])).rollups[0]?.time).toBe(now);
});

test("a cumulative sum counts what it gained, and whole after a restart", () => {
  const streams = new Cumulative();
  const start = now - 60_000;
  const seconds = [10, 25, 25, 5].map((value, i) => {
    const program = new ObservedProgram("shop", now).at(now - 10_000 + i * 1_000, start).blame(value, {}, 2);
    return aggregated(program, streams).rollups.map(({ measure }) => measure);
  });
  // The last reading is smaller, so the program began anew.
  expect(seconds.flat()).toEqual([10, 15, 0, 5].map((gained) => ({ kind: "blame", seconds: gained })));

  const restarted = new ObservedProgram("shop", now).at(now, now - 500).blame(7, {}, 2);
  expect(aggregated(restarted, streams).rollups[0]?.measure).toEqual({ kind: "blame", seconds: 7 });
});

test("a cumulative histogram counts what it gained", () => {
  const streams = new Cumulative();
  const at = (time: number, waits: number[]) =>
    aggregated(new ObservedProgram("shop", now).at(time, now - 60_000).wait(waits, {}, 2), streams).rollups;

  expect(at(now - 2_000, [0.5])[0]?.measure).toMatchObject({ histogram: { count: 1, sum: 0.5 } });
  expect(at(now - 1_000, [0.5, 2, 2])[0]?.measure).toMatchObject({
    contended: 2,
    histogram: { count: 2, sum: 4, max: 2 },
  });
});

test("a cumulative stream's long past is not charged to the present, nor a late reading twice", () => {
  const streams = new Cumulative();
  const at = (time: number, value: number) =>
    aggregated(new ObservedProgram("shop", now).at(time, now - 24 * hour).blame(value, {}, 2), streams)
      .rollups;

  expect(at(now - 2_000, 5_000)).toEqual([]);
  expect(at(now, 5_001)[0]?.measure).toEqual({ kind: "blame", seconds: 1 });
  expect(at(now - 1_000, 5_000.5)).toEqual([]);
  expect(at(now + 1_000, 5_002)[0]?.measure).toEqual({ kind: "blame", seconds: 1 });
});
