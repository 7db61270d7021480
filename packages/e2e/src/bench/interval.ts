import { median } from "./measure.ts";

/** A median, and where it lies in 95 of 100 resamplings. */
export interface Interval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const resamplings = 10_000;

/** The bootstrap interval of the median, by percentiles. */
export function medianInterval(values: readonly number[]): Interval {
  const medians = Array.from({ length: resamplings }, () => median(resample(values)));
  medians.sort((a, b) => a - b);
  return {
    median: median(values),
    low: medians[Math.floor(resamplings * 0.025)] ?? Number.NaN,
    high: medians[Math.ceil(resamplings * 0.975) - 1] ?? Number.NaN,
  };
}

function resample(values: readonly number[]): number[] {
  return values.map(() => values[Math.floor(Math.random() * values.length)] ?? Number.NaN);
}
