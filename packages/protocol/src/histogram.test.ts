import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketIndex, Histogram } from "./histogram.ts";

const duration = fc.double({ min: 1e-7, max: 1e5, noNaN: true });

test("a bucket's index is ceil(log2(value) · 16) − 1, upper bounds inclusive", () => {
  fc.assert(
    fc.property(duration, (value) => {
      const index = bucketIndex(value);
      const slack = 1 + 1e-12;
      expect(2 ** (index / 16)).toBeLessThan(value * slack);
      expect(2 ** ((index + 1) / 16)).toBeGreaterThanOrEqual(value / slack);
    }),
    { numRuns: 2000 },
  );
  expect(bucketIndex(1)).toBe(-1);
  expect(bucketIndex(2)).toBe(15);
  expect(bucketIndex(1.0000001)).toBe(0);
  expect(bucketIndex(0.5)).toBe(-17);
});

test("at each bound, and one double beside it, the bucket is the one whose upper bound is not below", () => {
  const double = new Float64Array(1);
  const bits = new BigInt64Array(double.buffer);
  const step = (value: number, by: bigint) => {
    double[0] = value;
    bits[0] = (bits[0] as bigint) + by;
    return double[0];
  };
  for (const octave of [-40, -13, -1, 0, 1, 17]) {
    for (let i = 0; i < 16; i++) {
      const bound = 2 ** octave * 2 ** (i / 16);
      const index = octave * 16 + i;
      expect([step(bound, -1n), bound, step(bound, 1n)].map(bucketIndex)).toEqual([
        index - 1,
        index - 1,
        index,
      ]);
    }
  }
});

test("a percentile is within 2.2 % of the exact one", () => {
  fc.assert(
    fc.property(
      fc.array(duration, { minLength: 1, maxLength: 300 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, q) => {
        const histogram = new Histogram();
        for (const value of values) histogram.record(value);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] as number;
        expect(Math.abs(histogram.quantile(q) - exact) / exact).toBeLessThan(0.0221);
      },
    ),
    { numRuns: 1000 },
  );
});

test("merging is the same as recording everything in one, whatever the order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(duration, fc.constant(0))),
      fc.array(fc.oneof(duration, fc.constant(0))),
      (left, right) => {
        const together = new Histogram();
        for (const value of [...left, ...right]) together.record(value);
        const [a, b] = [left, right].map((values) => {
          const part = new Histogram();
          for (const value of values) part.record(value);
          return part;
        }) as [Histogram, Histogram];
        b.merge(a.toData());
        const merged = b.toData();
        const expected = together.toData();
        expect({ ...merged, sum: 0 }).toEqual({ ...expected, sum: 0 });
        expect(merged.sum).toBeCloseTo(expected.sum, 6);
      },
    ),
  );
});

test("merging with a narrow, a wide and a far one is the same as recording everything", () => {
  const parts = [[1], [1e-6, 3, 1e6], [1e-9, 0], [2e12], [1.5, 1.5]];
  const merged = new Histogram();
  const whole = new Histogram();
  for (const values of parts) {
    const part = new Histogram();
    for (const value of values) part.record(value);
    for (const value of values) whole.record(value);
    merged.merge(part);
    merged.merge({ ...part.toData(), count: 0 });
  }

  expect(merged.toData()).toEqual({ ...whole.toData(), sum: expect.closeTo(whole.sum) });
});

test("a histogram that is merged stays as it was, whatever the sum gets", () => {
  const part = new Histogram();
  part.record(3);
  const before = part.toData();

  const sum = new Histogram();
  sum.merge(part);
  sum.record(3);

  expect(part.toData()).toEqual(before);
  expect(sum.count).toBe(2);
});

test("a finer foreign histogram is downscaled on merging", () => {
  const histogram = new Histogram();
  // Scale 5: index 63 is (2^(63/32), 2^2], which lies in bucket 31 of scale 4.
  histogram.merge({ count: 3, sum: 12, min: 4, max: 4, zeroCount: 0, scale: 5, offset: 63, counts: [3] });
  expect(histogram.toData()).toMatchObject({ count: 3, offset: 31 });
  expect(histogram.quantile(0.5)).toBe(4);
});

test("zero, negative and NaN count as zero", () => {
  const histogram = new Histogram();
  for (const value of [0, -1, Number.NaN, 3]) histogram.record(value);
  histogram.recordZeros(2);
  expect(histogram).toMatchObject({ count: 6, zeroCount: 5, sum: 3, min: 0, max: 3 });
  expect(histogram.quantile(0.5)).toBe(0);
});

test("a cleared histogram counts like a new one", () => {
  const histogram = new Histogram();
  histogram.record(5);
  histogram.clear();
  histogram.record(7);
  expect(histogram.toData()).toMatchObject({ count: 1, sum: 7, min: 7, max: 7, counts: Uint32Array.of(1) });
});

test("a bucket counts beyond 32 bits", () => {
  const half = {
    count: 2 ** 31,
    sum: 0,
    min: 1,
    max: 1,
    zeroCount: 0,
    scale: 4,
    offset: -1,
    counts: [2 ** 31],
  };
  const histogram = new Histogram();
  for (let i = 0; i < 3; i++) histogram.merge(half);
  histogram.record(1000);
  histogram.record(1);

  const { counts } = histogram.toData();
  expect(counts[0]).toBe(3 * 2 ** 31 + 1);
  expect(histogram.quantile(0.5)).toBe(1);
});

test("counts that are no whole numbers add up, as those of estimates are", () => {
  const histogram = new Histogram();
  histogram.record(0.25);
  histogram.merge({ count: 1.5, sum: 3, min: 2, max: 2, zeroCount: 0, scale: 4, offset: 15, counts: [1.5] });
  expect(histogram.toData()).toMatchObject({ count: 2.5, sum: 3.25, min: 0.25, max: 2 });
  expect(Array.from(histogram.counts).reduce((sum, times) => sum + times, 0)).toBe(2.5);
});
