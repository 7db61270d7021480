import type { HistoryPoint } from "@holdup/protocol";
import { expect, test } from "vitest";
import { heatOf } from "./heat.ts";

function point(time: number, ...waits: (readonly [from: number, count: number])[]): HistoryPoint {
  return {
    time,
    waits: waits.map(([from, count]) => ({ from, to: 2 * from, count })),
  } as unknown as HistoryPoint;
}

test("each step is a column, and its waits are in the rows of their durations", () => {
  const heat = heatOf([point(10_000, [0.25, 3], [0.5, 4]), point(30_000, [4, 1])], 10);

  expect(heat.times).toEqual([0, 10_000, 20_000]);
  expect(heat.bounds).toEqual([0.25, 1, 4]);
  expect(heat.cells).toEqual([
    { from: 0, to: 10_000, least: 0.25, most: 1, count: 7 },
    { from: 20_000, to: 30_000, least: 4, most: 16, count: 1 },
  ]);
  expect(heat.largest).toBe(7);
});

test("the steps of a long time are joined", () => {
  const series = Array.from({ length: 90 }, (_, index) => point((index + 1) * 10_000, [1, 1]));

  const heat = heatOf(series, 10);

  expect(heat.columnMs).toBe(20_000);
  expect(heat.times).toHaveLength(45);
  expect(heat.cells.map(({ count }) => count)).toEqual(Array.from({ length: 45 }, () => 2));
});

test("where nobody waited there is no heat", () => {
  expect(heatOf([], 10).cells).toEqual([]);
  expect(heatOf([point(10_000)], 10)).toMatchObject({ cells: [], bounds: [], largest: 0 });
});
