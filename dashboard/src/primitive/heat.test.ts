import type { HistoryPoint } from "@holdup/protocol";
import { expect, test } from "vitest";
import { cellText, heatOf, sameCell } from "./heat.ts";

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

test("joined columns stay where they are while the window moves on, and have whole steps", () => {
  const phase = 3000;
  const series = Array.from({ length: 92 }, (_, index) => point((index + 1) * 10_000 + phase, [1, 1]));

  const before = heatOf(series.slice(0, 90), 10);
  const after = heatOf(series.slice(1, 91), 10);

  const chosen = before.cells[20];
  expect(after.cells.some((cell) => chosen !== undefined && sameCell(cell, chosen))).toBe(true);
  expect(after.cells.map(({ count }) => count).slice(1, -1)).toEqual(Array.from({ length: 44 }, () => 2));
});

test("a cell is told by its durations and its time", () => {
  const cell = { from: 0, to: 10_000, least: 0.25, most: 1, count: 7 };

  expect(cellText(cell).replaceAll("\u00A0", " ")).toMatch(/^250 ms to 1 s, \d\d:\d\d:00 to \d\d:\d\d:10$/);
});

test("where nobody waited there is no heat", () => {
  expect(heatOf([], 10).cells).toEqual([]);
  expect(heatOf([point(10_000)], 10)).toMatchObject({ cells: [], bounds: [], largest: 0 });
});
