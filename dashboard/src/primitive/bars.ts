import type { Bar } from "@holdup/protocol";

/** How many bars an octave has: fine enough for two humps, coarse enough to be seen. */
const barsInOctave = 2;

/**
 * Bars of equal width on a logarithmic scale, without gaps; durations of zero come first as a bar of their own,
 * from 0 to 0.
 */
export function coarseBars(histogram: readonly Bar[]): Bar[] {
  const counts = new Map<number, number>();
  let zeros = 0;
  for (const { from, to, count } of histogram) {
    if (to === 0) zeros += count;
    // By its middle: a bound may lie on either side of itself.
    else {
      const index = Math.floor(Math.log2(Math.sqrt(from * to)) * barsInOctave);
      counts.set(index, (counts.get(index) ?? 0) + count);
    }
  }
  const known = [...counts.keys()];
  const [first, last] = [Math.min(...known), Math.max(...known)];
  const bars = Array.from({ length: known.length === 0 ? 0 : last - first + 1 }, (_, step) => ({
    from: 2 ** ((first + step) / barsInOctave),
    to: 2 ** ((first + step + 1) / barsInOctave),
    count: counts.get(first + step) ?? 0,
  }));
  return zeros === 0 ? bars : [{ from: 0, to: 0, count: zeros }, ...bars];
}
