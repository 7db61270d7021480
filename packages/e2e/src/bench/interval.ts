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
  return groupedMedianInterval(values.map((value) => [value]));
}

/**
 * The same for values of which some belong together, as those that were measured in one process: whole groups are drawn
 * again. Drawn one by one, the values of few groups would look as if much more were known.
 */
export function groupedMedianInterval(groups: readonly (readonly number[])[]): Interval {
  const medians = Array.from({ length: resamplings }, () => median(resample(groups).flat()));
  medians.sort((a, b) => a - b);
  return {
    median: median(groups.flat()),
    low: medians[Math.floor(resamplings * 0.025)] ?? Number.NaN,
    high: medians[Math.ceil(resamplings * 0.975) - 1] ?? Number.NaN,
  };
}

function resample<T>(groups: readonly T[]): T[] {
  return groups.map(() => groups[Math.floor(Math.random() * groups.length)] as T);
}
