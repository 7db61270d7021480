/** Which bars of a row are in sight: found by halving, not by going through all of them. */

import type { Bar, Row } from "./lanes.ts";
import type { Span } from "./span.ts";
import type { TimeWindow } from "./time-window.ts";

/** Index of the first for which it holds, of an order in which it holds for all after the first; length if for none. */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * What is to be drawn of a row: bars in sight, and one for those that begin in the same `grainMs`. Takes a few steps for
 * each bar that is to be drawn, however many there are in all.
 */
export function barsIn({ bars }: Row, { from, to }: TimeWindow, grainMs: number): Bar[] {
  const drawn: Bar[] = [];
  const end = firstIndex(bars.length, (index) => (bars[index]?.from ?? 0) >= to);
  let index = firstIndex(bars.length, (at) => (bars[at]?.to ?? 0) > from);
  while (index < end) {
    const bar = bars[index];
    if (bar === undefined) break;
    const next = firstIndex(end, (at) => (bars[at]?.from ?? 0) >= bar.from + grainMs);
    const last = bars[next - 1];
    if (last === undefined || next <= index + 1) drawn.push(bar);
    else drawn.push({ ...bar, to: last.to, count: bar.count + next - index - 1 });
    index = Math.max(index + 1, next);
  }
  return drawn;
}

/** The bar at that time; of several the one that began last. */
export function spanAt({ spans, latestEnds }: Row, time: number, nearMs: number): Span | undefined {
  const end = firstIndex(spans.length, (index) => (spans[index]?.start ?? 0) > time + nearMs);
  for (let index = end - 1; index >= 0; index--) {
    if ((latestEnds[index] ?? 0) < time - nearMs) return undefined;
    const span = spans[index];
    if (span !== undefined && span.end >= time - nearMs) return span;
  }
  return undefined;
}

/** Every bar that is in sight, by its start; of a bar in several rows once. */
export function spansIn(rows: readonly Row[], { from, to }: TimeWindow): Span[] {
  const found = new Set<Span>();
  for (const { spans, latestEnds } of rows) {
    const end = firstIndex(spans.length, (index) => (spans[index]?.start ?? 0) >= to);
    for (let index = firstIndex(spans.length, (at) => (latestEnds[at] ?? 0) > from); index < end; index++) {
      const span = spans[index];
      if (span !== undefined && span.end > from) found.add(span);
    }
  }
  return [...found].toSorted((one, other) => one.start - other.start);
}
