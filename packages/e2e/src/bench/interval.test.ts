import fc from "fast-check";
import { expect, test } from "vitest";
import { groupedMedianInterval, medianInterval } from "./interval.ts";

test("the median lies in its interval, and the interval among the values", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 1 }), (values) => {
      const { median, low, high } = medianInterval(values);

      expect(low).toBeLessThanOrEqual(median);
      expect(high).toBeGreaterThanOrEqual(median);
      expect(low).toBeGreaterThanOrEqual(Math.min(...values));
      expect(high).toBeLessThanOrEqual(Math.max(...values));
    }),
    { numRuns: 20 },
  );
});

test("what differs between processes is not made certain by measuring each of them often", () => {
  const processes = [0.9, 0.95, 1, 1.05, 1.1];
  const bursts = processes.map((process) => Array.from({ length: 100 }, (_, i) => process + i * 1e-5));

  const alone = medianInterval(bursts.flat());
  const grouped = groupedMedianInterval(bursts);

  expect(grouped.median).toBe(alone.median);
  expect(alone.high - alone.low).toBeLessThan(0.01);
  expect(grouped.high - grouped.low).toBeGreaterThan(0.09);
});
