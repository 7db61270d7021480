import type { SeriesPoint } from "@holdup/protocol";
import { expect, test } from "vitest";
import { loneDots, readingOf, readingsOf } from "./duration-line.ts";

test("a second in which nobody asked has no wait", () => {
  expect(readingOf("wait", point({ operations: 0 }))).toBeUndefined();
  expect(readingOf("wait", point({ operations: 3 }))).toEqual({ p50: 0, p99: 0 });
});

test("a second in which no hold ended has no hold, asked for or not", () => {
  expect(readingOf("hold", point({ operations: 3 }))).toBeUndefined();
  expect(readingOf("hold", point({ operations: 0, holdP50: 1, holdP99: 2 }))).toEqual({ p50: 1, p99: 2 });
});

test("a dot without neighbours is alone, one in a line isn't", () => {
  const dots = [dot(1, 5), dot(2, null), dot(3, 5), dot(4, 5), dot(5, null), dot(8, 5)];

  expect(loneDots(dots).map(({ x }) => x)).toEqual([1000, 8000]);
});

test("seconds that nobody told of are a gap, unless reports come that rarely", () => {
  const series = [1, 2, 5, 15].map((second) => point({ time: second * 1000, operations: 1 }));
  const gaps = (seconds: number) =>
    readingsOf("wait", series, seconds).flatMap(({ time, reading }) => (reading === undefined ? [time] : []));

  expect(gaps(1)).toEqual([3000, 6000]);
  expect(gaps(10)).toEqual([]);
});

function dot(second: number, y: number | null) {
  return { x: second * 1000, y };
}

function point(parts: Partial<SeriesPoint>): SeriesPoint {
  const nothing = { waitP50: 0, waitP99: 0, holdP50: 0, holdP99: 0 };
  return { ...nothing, ...parts } as SeriesPoint;
}
