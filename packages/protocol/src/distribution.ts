import type { Bar, Distribution } from "./answers.ts";
import type { Histogram, HistogramData } from "./histogram.ts";

/** A histogram as percentiles and bars. */
export function distributionOf(histogram: Histogram): Distribution {
  return {
    count: histogram.count,
    sum: histogram.sum,
    p50: histogram.quantile(0.5),
    p90: histogram.quantile(0.9),
    p95: histogram.quantile(0.95),
    p99: histogram.quantile(0.99),
    max: histogram.max,
    histogram: barsOf(histogram.toData()),
  };
}

/** From each power of two to the next, without those that did not have to wait. */
export function octavesOf(histogram: Histogram): Bar[] {
  const { offset, scale, counts } = histogram.toData();
  const octaves = new Map<number, number>();
  for (const [index, count] of Array.from(counts).entries()) {
    const octave = (offset + index) >> scale;
    if (count > 0) octaves.set(octave, (octaves.get(octave) ?? 0) + count);
  }
  return Array.from(octaves, ([octave, count]) => ({ from: 2 ** octave, to: 2 ** (octave + 1), count }));
}

function barsOf({ zeroCount, offset, scale, counts }: HistogramData): Bar[] {
  const bound = (index: number): number => 2 ** (index / 2 ** scale);
  const zeros = zeroCount > 0 ? [{ from: 0, to: 0, count: zeroCount }] : [];
  const others = Array.from(counts, (count, index) => ({
    from: bound(offset + index),
    to: bound(offset + index + 1),
    count,
  }));
  return [...zeros, ...others.filter(({ count }) => count > 0)];
}
