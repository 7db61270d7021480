import { seriesLength, type HotSpot, type SeriesPoint } from "@holdup/protocol";
import { expect, test } from "vitest";
import { extend, keptOf, shortSeries } from "./series.ts";

test("a series that is full loses its oldest points", () => {
  const full = extend([], points(1, 10), 10);

  const extended = extend(full, points(11, 2), 10);

  expect([...extended].map(({ time }) => time / 1000)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test("of a few primitives all series are whole", () => {
  const kept = keptOf(rows(200));

  expect(kept("p0")).toBe(seriesLength);
  expect(kept("p199")).toBe(seriesLength);
});

test("of many primitives only the costliest ones have whole series, and all of them their trend", () => {
  const kept = keptOf(rows(1000));

  const whole = Array.from({ length: 1000 }, (_, i) => kept(`p${i}`)).filter((one) => one === seriesLength);
  expect(whole).toHaveLength(16);
  expect(kept("p999")).toBe(seriesLength);
  expect(kept("p0")).toBe(shortSeries);
  expect(kept("unknown")).toBe(shortSeries);
});

test("where nobody waited no series is whole for that", () => {
  const idle = new Map([...rows(1000).keys()].map((key) => [key, { blameSeconds: 0 } as HotSpot]));

  expect(keptOf(idle)("p0")).toBe(shortSeries);
});

function rows(count: number): Map<string, HotSpot> {
  return new Map(Array.from({ length: count }, (_, i) => [`p${i}`, { blameSeconds: i } as HotSpot]));
}

function points(first: number, count: number): SeriesPoint[] {
  return Array.from({ length: count }, (_, i) => ({ time: (first + i) * 1000 }) as SeriesPoint);
}
