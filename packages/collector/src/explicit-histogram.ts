/**
 * Histograms with explicit bounds, which SDKs send unless they are told otherwise, brought into exponential ones.
 * Count and sum stay exact; where in a bucket a value lay is not known, so percentiles are approximate.
 */

import { bucketIndex, histogramScale, type HistogramData } from "@holdup/protocol";
import { DecodeError } from "./decode-error.ts";
import { maxNumbers } from "./decode-limits.ts";
import { dense, highestIndex, lowestIndex } from "./sketch.ts";

/** The figures of such a histogram as they are on the wire. */
export interface WireExplicitHistogram {
  readonly count: number;
  readonly sum: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Upper bounds, inclusive, rising; the last bucket has none. */
  readonly bounds: readonly number[];
  /** One more than bounds, or none at all: only count and sum are told then. */
  readonly counts: readonly number[];
}

/**
 * All values of a bucket counted at its middle. Always at the same place, whatever else the histogram says: of a
 * cumulative one the difference of two readings counts.
 */
export function explicitHistogram(wire: WireExplicitHistogram): HistogramData {
  check(wire);
  const { sum, bounds } = wire;
  const counts = wire.counts.length === 0 ? [wire.count] : wire.counts;
  const places = new Map<number, number>();
  let zeroCount = 0;
  for (let i = 0; i < counts.length; i++) {
    const times = counts[i] as number;
    const value = middle(bounds, i);
    if (value === 0) zeroCount += times;
    else if (times > 0) places.set(place(value), (places.get(place(value)) ?? 0) + times);
  }
  return {
    count: counts.reduce((total, times) => total + times, 0),
    sum,
    ...extremes(wire, counts),
    zeroCount,
    scale: histogramScale,
    ...dense(places),
  };
}

// Whoever names no bounds has told nothing of the values: one second then stands for all of them.
const unknownValue = 1;

// Durations are not negative: the bucket up to 0 holds zeros, the first one above begins there.
function middle(bounds: readonly number[], i: number): number {
  if (bounds.length === 0) return unknownValue;
  const low = Math.max(0, bounds[i - 1] ?? 0);
  const high = bounds[i] ?? Number.POSITIVE_INFINITY;
  if (high <= 0) return 0;
  return Number.isFinite(high) ? (low + high) / 2 : low;
}

function place(value: number): number {
  return Math.min(
    highestIndex,
    Math.max(lowestIndex, bucketIndex(Math.max(value, Number.MIN_VALUE * 2 ** 52))),
  );
}

// Where they are not told they are the bounds of the outermost buckets in use.
function extremes(
  { bounds, min, max }: WireExplicitHistogram,
  counts: readonly number[],
): { min: number; max: number } {
  const low = bounds[counts.findIndex((times) => times > 0) - 1] ?? 0;
  const last = counts.findLastIndex((times) => times > 0);
  const high = [bounds[last], bounds[last - 1], 0].find((bound) => Number.isFinite(bound)) ?? 0;
  return { min: Math.max(0, min ?? low), max: Math.max(0, max ?? high) };
}

function check({ bounds, counts }: WireExplicitHistogram): void {
  if (bounds.length > maxNumbers) throw new DecodeError(`A histogram has more than ${maxNumbers} bounds.`);
  const rising = bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] as number));
  if (!rising) throw new DecodeError("The bounds of a histogram do not rise.");
  if (counts.length !== 0 && counts.length !== bounds.length + 1) {
    throw new DecodeError(`A histogram has ${counts.length} buckets and ${bounds.length} bounds.`);
  }
}
