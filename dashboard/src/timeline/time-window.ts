/** The time that is in sight, and how it moves. Pure; Unix ms. */

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Nothing is told in less than microseconds. */
const shortestMs = 0.01;

/** Closer or farther by that factor, where what is at that time stays where it is. */
export function zoomed({ from, to }: TimeWindow, factor: number, at: number, bounds: TimeWindow): TimeWindow {
  const length = Math.max(shortestMs, (to - from) * factor);
  const share = (at - from) / (to - from);
  return within({ from: at - share * length, to: at + (1 - share) * length }, bounds);
}

/** Moved by that part of its own length: later if positive. */
export function panned({ from, to }: TimeWindow, share: number, bounds: TimeWindow): TimeWindow {
  const shift = (to - from) * share;
  return within({ from: from + shift, to: to + shift }, bounds);
}

/** The nearest that lies within the bounds. */
export function within({ from, to }: TimeWindow, bounds: TimeWindow): TimeWindow {
  const length = Math.min(to - from, bounds.to - bounds.from);
  const start = Math.max(bounds.from, Math.min(from, bounds.to - length));
  return { from: start, to: start + length };
}

/** From the first to the last of some bars, with a little room beside them. */
export function boundsOf(
  spans: Iterable<{ readonly start: number; readonly end: number }>,
): TimeWindow | undefined {
  let from = Infinity;
  let to = -Infinity;
  for (const { start, end } of spans) {
    from = Math.min(from, start);
    to = Math.max(to, end);
  }
  if (from > to) return undefined;
  const room = Math.max(0.5, (to - from) * 0.02);
  return { from: from - room, to: to + room };
}

/** So that a bar can be seen: centred, if it was not in sight or too short to see. */
export function showing(
  window: TimeWindow,
  { start, end }: { readonly start: number; readonly end: number },
  bounds: TimeWindow,
): TimeWindow {
  const length = window.to - window.from;
  const isSeen = start < window.to && end > window.from && end - start > length / 500;
  if (isSeen) return window;
  const wanted = Math.min(length, Math.max(shortestMs, (end - start) * 40));
  const middle = (start + end) / 2;
  return within({ from: middle - wanted / 2, to: middle + wanted / 2 }, bounds);
}
