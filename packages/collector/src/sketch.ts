/** Foreign histograms brought into the one shape that is stored: scale 4, in the range that durations have. */

import { histogramScale, type HistogramData } from "@holdup/protocol";

// 2^-40 s (a picosecond) to 2^40 s (35,000 years). Without bounds two far buckets would claim gigabytes.
export const lowestIndex: number = -40 * 16;
export const highestIndex: number = 40 * 16 - 1;

/** The same values at scale 4; those outside the range of durations go to its ends. */
export function toSketch(histogram: HistogramData): HistogramData {
  if (isSketch(histogram)) return histogram;
  const counts = new Map<number, number>();
  for (let i = 0; i < histogram.counts.length; i++) {
    const times = histogram.counts[i] as number;
    if (times <= 0) continue;
    const index = sketchIndex(histogram.offset + i, histogram.scale);
    counts.set(index, (counts.get(index) ?? 0) + times);
  }
  return { ...histogram, ...dense(counts), scale: histogramScale };
}

/** Whether a histogram has that shape. */
export function isSketch({ scale, offset, counts }: HistogramData): boolean {
  return scale === histogramScale && offset >= lowestIndex && offset + counts.length - 1 <= highestIndex;
}

/** What a cumulative histogram gained between two readings, both at scale 4. */
export function gain(before: HistogramData, after: HistogramData): HistogramData {
  const counts = new Map<number, number>();
  for (let i = 0; i < after.counts.length; i++) {
    const index = after.offset + i;
    const times = (after.counts[i] as number) - countAt(before, index);
    if (times > 0) counts.set(index, times);
  }
  const zeroCount = Math.max(0, after.zeroCount - before.zeroCount);
  const [low, high] = outerBounds(counts);
  return {
    ...dense(counts),
    count: zeroCount + [...counts.values()].reduce((sum, times) => sum + times, 0),
    sum: Math.max(0, after.sum - before.sum),
    // A cumulative extreme is of all time; it is this interval's only if it moved.
    min: zeroCount > 0 ? 0 : Math.max(low, after.min),
    max: after.max > before.max ? after.max : Math.min(high, after.max),
    zeroCount,
    scale: histogramScale,
  };
}

function sketchIndex(index: number, scale: number): number {
  const shift = scale - histogramScale;
  const scaled = shift >= 0 ? Math.floor(index / 2 ** shift) : Math.floor((index + 0.5) * 2 ** -shift);
  return Math.min(highestIndex, Math.max(lowestIndex, scaled));
}

function countAt({ offset, counts }: HistogramData, index: number): number {
  return counts[index - offset] ?? 0;
}

/** Counts by index as a list from the first to the last. */
export function dense(sparse: ReadonlyMap<number, number>): { offset: number; counts: Float64Array } {
  if (sparse.size === 0) return { offset: 0, counts: new Float64Array(0) };
  const indexes = [...sparse.keys()];
  const offset = Math.min(...indexes);
  const counts = new Float64Array(Math.max(...indexes) - offset + 1);
  for (const [index, times] of sparse) counts[index - offset] = times;
  return { offset, counts };
}

function outerBounds(counts: ReadonlyMap<number, number>): [low: number, high: number] {
  if (counts.size === 0) return [0, 0];
  const indexes = [...counts.keys()];
  return [2 ** (Math.min(...indexes) / 16), 2 ** ((Math.max(...indexes) + 1) / 16)];
}
