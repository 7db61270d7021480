import { Histogram, hotSpotKey } from "@holdup/protocol";
import { expect, test } from "vitest";
import type { Measure, Rollup } from "./rollup.ts";
import { SeriesBoard } from "./series.ts";

const minute = 1_800_000_000_000;

function rollup(measure: Measure, time: number, name = "accounts", service = "shop"): Rollup {
  const blank = { operation: "", outcome: "", waiterSite: null, holderSite: null };
  return { series: { service, type: "lock", name, ...blank }, time, measure };
}

function wait(values: readonly number[]): Measure {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return { kind: "wait", histogram, contended: values.filter((value) => value > 0).length };
}

function keyOf(name: string, service = "shop"): string {
  return hotSpotKey({ service, primitive: { name, type: "lock" } });
}

test("everything of one second is one point, its percentiles those of all its values", () => {
  const board = new SeriesBoard(() => minute);
  board.add([
    rollup(wait([1, 2]), minute + 1),
    rollup(wait([3]), minute + 1_000),
    rollup({ kind: "blame", seconds: 6 }, minute + 500),
    rollup({ kind: "waiters", waiters: 4 }, minute + 500),
    rollup(wait([9]), minute + 1_001),
  ]);
  const points = board.of([keyOf("accounts")], 100).points[keyOf("accounts")];
  expect(points).toMatchObject([
    { time: minute + 1_000, operations: 3, contended: 3, waitSeconds: 6, blameSeconds: 6, waiters: 4 },
    { time: minute + 2_000, operations: 1, waitSeconds: 9 },
  ]);
  expect(points?.[0]?.waitP50).toBeCloseTo(2, 1);
  expect(points?.[0]?.waitP99).toBe(3);
});

test("since a revision there is what changed, of the service asked for", () => {
  const board = new SeriesBoard(() => minute);
  board.add([rollup(wait([1]), minute), rollup(wait([1]), minute - 5_000)]);
  const { revision } = board;
  expect(board.since(revision, undefined)).toEqual({});

  board.add([rollup(wait([1]), minute), rollup(wait([1]), minute, "ledger", "bank")]);

  expect(board.since(revision, "shop")).toEqual({
    [keyOf("accounts")]: [expect.objectContaining({ time: minute, operations: 2 })],
  });
  expect(Object.keys(board.since(revision, undefined))).toHaveLength(2);
});

test("ten minutes are kept; what is older than the ring is dropped and counted", () => {
  let now = minute;
  const board = new SeriesBoard(() => now);
  board.add([rollup(wait([1]), now)]);
  now += 600_000;
  board.add([rollup(wait([1]), now), rollup(wait([1]), minute)]);
  expect(board.of([keyOf("accounts")], 1_000).points[keyOf("accounts")]?.map(({ time }) => time)).toEqual([
    now,
  ]);
  expect(board.dropped).toBe(1);
});

test("what comes late adds to the sums of its second but no longer to its percentiles", () => {
  let now = minute;
  const board = new SeriesBoard(() => now);
  board.add([rollup(wait([1]), minute)]);
  now += 60_000;
  board.add([rollup(wait([5]), minute)]);
  expect(board.of([keyOf("accounts")], 10).points[keyOf("accounts")]).toMatchObject([
    { operations: 2, waitSeconds: 6, waitP99: 1 },
  ]);
});

test("series that have no room among the points asked for are left out whole and counted", () => {
  const board = new SeriesBoard(() => minute);
  for (const [name, seconds] of [
    ["a", 3],
    ["b", 2],
    ["c", 1],
  ] as const) {
    board.add(Array.from({ length: seconds }, (_, i) => rollup(wait([1]), minute - i * 1_000, name)));
  }
  const { points, leftOut } = board.of(
    ["a", "b", "c"].map((name) => keyOf(name)),
    4,
  );
  expect(Object.keys(points)).toEqual([keyOf("a"), keyOf("c")]);
  expect(leftOut).toBe(2);
});

test("beyond the bound a primitive has no series, until an idle one makes room", () => {
  let now = minute;
  const board = new SeriesBoard(() => now, 1);
  board.add([rollup(wait([1]), now, "a"), rollup(wait([1]), now, "b")]);
  expect(board.dropped).toBe(1);
  now += 700_000;
  board.add([rollup(wait([1]), now, "b")]);
  expect(board.of([keyOf("a"), keyOf("b")], 10).points).toEqual({ [keyOf("b")]: [expect.anything()] });
});
