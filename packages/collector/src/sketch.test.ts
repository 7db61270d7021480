import { Histogram, type HistogramData } from "@holdup/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gain, toSketch } from "./sketch.ts";

function histogram(values: readonly number[]): Histogram {
  const recorded = new Histogram();
  for (const value of values) recorded.record(value);
  return recorded;
}

const durations = fc.array(fc.oneof(fc.double({ min: 1e-6, max: 1e4, noNaN: true }), fc.constant(0)));

test("a histogram at scale 4 stays as it is", () => {
  fc.assert(
    fc.property(durations, (values) => {
      const data = histogram(values).toData();
      const sketch = toSketch(data);
      // Counts may come in another kind of array, and those of none begin anywhere.
      expect({ ...sketch, offset: 0, counts: [] }).toEqual({ ...data, offset: 0, counts: [] });
      expect(Array.from(sketch.counts)).toEqual(Array.from(data.counts));
    }),
  );
});

test("a finer histogram is added up and a coarser one goes to the middle of its buckets", () => {
  const figures = { count: 3, sum: 9, min: 1, max: 4, zeroCount: 0 };
  expect(toSketch({ ...figures, scale: 5, offset: 62, counts: [1, 2] })).toMatchObject({
    scale: 4,
    offset: 31,
    counts: Float64Array.of(3),
  });
  expect(toSketch({ ...figures, scale: 0, offset: 1, counts: [3] })).toMatchObject({
    scale: 4,
    offset: 24,
    counts: Float64Array.of(3),
  });
});

test("buckets beyond any duration go to the ends of the range instead of claiming memory", () => {
  const far = { count: 2, sum: 1, min: 0, max: 1, zeroCount: 0, scale: 4 };
  expect(toSketch({ ...far, offset: -(2 ** 31), counts: [2] })).toMatchObject({ offset: -640 });
  expect(toSketch({ ...far, scale: -10, offset: 2 ** 31 - 1, counts: [2] })).toMatchObject({ offset: 639 });
});

test("what a cumulative histogram gained is what was recorded in between", () => {
  fc.assert(
    fc.property(durations, durations, (earlier, later) => {
      const total = histogram([...earlier, ...later]).toData();
      const gained = gain(histogram(earlier).toData(), total);
      const expected = histogram(later).toData();

      expect(gained).toMatchObject({ count: expected.count, zeroCount: expected.zeroCount });
      expect(gained.sum).toBeCloseTo(expected.sum, 6);
      expect(occupied(gained)).toEqual(occupied(expected));
      expect(gained.max).toBeGreaterThanOrEqual(expected.max);
      expect(gained.max).toBeLessThanOrEqual(expected.max * 1.045);
    }),
  );
});

function occupied({ offset, counts }: HistogramData): [number, number][] {
  return Array.from(counts, (count, i): [number, number] => [offset + i, count]).filter(([, n]) => n > 0);
}
