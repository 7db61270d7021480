import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketStart, coarsestTier, cover, stepOf } from "./tiers.ts";

const hour = 3_600_000;

test("whole hours are taken as such, what is left and right of them in ever finer buckets", () => {
  const stretches = cover(hour - 70_000, 3 * hour + 600_000 + 20_000, coarsestTier, () => true);
  expect(stretches).toEqual([
    { tier: 0, from: hour - 70_000, to: hour - 60_000 },
    { tier: 1, from: hour - 60_000, to: hour },
    { tier: 3, from: hour, to: 3 * hour },
    { tier: 2, from: 3 * hour, to: 3 * hour + 600_000 },
    { tier: 0, from: 3 * hour + 600_000, to: 3 * hour + 620_000 },
  ]);
});

test("whatever is stale, each moment is covered once and no stale bucket is read", () => {
  const time = fc.nat(5 * hour).map((ms) => bucketStart(0, ms));
  const stale = fc.uniqueArray(fc.nat(5 * hour), { maxLength: 5 });
  fc.assert(
    fc.property(time, time, stale, (a, b, late) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const isComplete = (tier: number, start: number): boolean =>
        !late.some((ms) => bucketStart(tier, ms) === start);
      let end = from;
      for (const stretch of cover(from, to, coarsestTier, isComplete)) {
        expect(stretch.from).toBe(end);
        expect(stretch.to).toBeGreaterThan(stretch.from);
        end = stretch.to;
        for (let start = stretch.from; start < end; start += stepOf(stretch.tier)) {
          expect(stretch.tier === 0 || isComplete(stretch.tier, start)).toBe(true);
        }
      }
      expect(end).toBe(to);
    }),
  );
});
