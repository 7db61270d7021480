import fc from "fast-check";
import { expect, test } from "vitest";
import { boundsOf, panned, showing, within, zoomed } from "./time-window.ts";

const bounds = { from: 1000, to: 2000 };

test("zooming keeps what is under the pointer where it is", () => {
  const { from, to } = zoomed({ from: 1400, to: 1600 }, 0.5, 1450, bounds);

  expect((1450 - from) / (to - from)).toBeCloseTo(0.25);
  expect(to - from).toBeCloseTo(100);
});

test("no way leads out of what there is, nor to a stretch of no length", () => {
  const moves = fc.array(
    fc.oneof(
      fc.double({ min: 0.01, max: 100, noNaN: true }).map((factor) => ({ factor })),
      fc.double({ min: -5, max: 5, noNaN: true }).map((share) => ({ share })),
    ),
  );
  fc.assert(
    fc.property(moves, (all) => {
      let window = bounds;
      for (const move of all) {
        const middle = (window.from + window.to) / 2;
        window =
          "factor" in move ? zoomed(window, move.factor, middle, bounds) : panned(window, move.share, bounds);
        expect(window.from).toBeGreaterThanOrEqual(bounds.from - 1e-6);
        expect(window.to).toBeLessThanOrEqual(bounds.to + 1e-6);
        expect(window.to).toBeGreaterThan(window.from);
      }
    }),
  );
});

test("moving by its own length shows what comes next", () => {
  expect(panned({ from: 1100, to: 1200 }, 1, bounds)).toEqual({ from: 1200, to: 1300 });
});

test("the bounds have a little room beside the first and the last", () => {
  expect(
    boundsOf([
      { start: 10, end: 20 },
      { start: 5, end: 60 },
    ]),
  ).toEqual({ from: 3.9, to: 61.1 });
  expect(boundsOf([])).toBeUndefined();
});

test("a bar that is out of sight or too short to see is brought into sight", () => {
  const short = { start: 1900, end: 1900.01 };

  const shown = showing(bounds, short, bounds);

  expect(shown.from).toBeLessThan(1900);
  expect(shown.to).toBeGreaterThan(1900.01);
  expect(shown.to - shown.from).toBeLessThan(1);
  expect(showing(bounds, { start: 1200, end: 1700 }, bounds)).toBe(bounds);
  expect(within({ from: 0, to: 5000 }, bounds)).toEqual(bounds);
});
