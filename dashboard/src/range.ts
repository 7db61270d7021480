/** Stretches of time, and what follows when one is left. */

import type { Range } from "./location.ts";

/** What `[` shows first, in milliseconds. */
const firstLengthMs = 120_000;

/** The stretch before: as long as that one, and while the page is live the last two minutes. */
export function earlier(range: Range | undefined, now: number): Range {
  if (range === undefined) return { from: now - firstLengthMs, to: now };
  return shifted(range, range.from - range.to);
}

/** The stretch after; none, which is live, when it would reach beyond the present. */
export function later(range: Range | undefined, now: number): Range | undefined {
  if (range === undefined) return undefined;
  const next = shifted(range, range.to - range.from);
  return next.from >= now - 1000 ? undefined : { from: next.from, to: Math.min(next.to, now) };
}

function shifted({ from, to }: Range, byMs: number): Range {
  return { from: from + byMs, to: to + byMs };
}
