import { expect, test } from "vitest";
import { coarseBars } from "./bars.ts";

const sixteenth = 2 ** (1 / 16);

test("sixteen fine bars are two coarse ones, and nothing is lost", () => {
  const fine = Array.from({ length: 16 }, (_, i) => ({
    from: sixteenth ** i,
    to: sixteenth ** (i + 1),
    count: 1,
  }));

  const bars = coarseBars(fine);

  expect(bars.map(({ count }) => count)).toEqual([8, 8]);
  expect(bars.map(({ from }) => from)).toEqual([1, Math.SQRT2]);
});

test("between two humps there are empty bars", () => {
  const bars = coarseBars([
    { from: 1, to: sixteenth, count: 3 },
    { from: 4, to: 4 * sixteenth, count: 5 },
  ]);

  expect(bars.map(({ count }) => count)).toEqual([3, 0, 0, 0, 5]);
});

test("what didn't have to wait has a bar of its own", () => {
  expect(coarseBars([{ from: 0, to: 0, count: 7 }])).toEqual([{ from: 0, to: 0, count: 7 }]);
  expect(coarseBars([])).toEqual([]);
});
