/** Where on the brush a time is, and what a drag or a key makes of a range. */

import type { Range } from "../location.ts";

const leastDomainMs = 120_000;
/** A drag that is shorter was a click. */
const leastRangeMs = 2000;
const stepMs = 5000;
const pageMs = 60_000;

/** What the brush spans: the session, or more of the past if what is shown is older. */
export function brushDomain(first: number | undefined, end: number, range: Range | undefined): Range {
  const from = Math.min((first ?? end) - 1000, end - leastDomainMs, range?.from ?? Infinity);
  return { from, to: Math.max(end, range?.to ?? 0) };
}

/** The time at a part of the way across, 0 to 1, in whole seconds. */
export function timeAt(part: number, { from, to }: Range): number {
  const time = from + Math.min(1, Math.max(0, part)) * (to - from);
  return Math.round(time / 1000) * 1000;
}

/** The range between two times, whichever comes first; none if they are nearly one. */
export function rangeBetween(one: number, other: number): Range | undefined {
  const [from, to] = one < other ? [one, other] : [other, one];
  return to - from < leastRangeMs ? undefined : { from, to };
}

/** The range after a key moved one of its ends; none for a key that moves nothing. */
export function moved(
  range: Range,
  end: keyof Range,
  key: string,
  far: boolean,
  domain: Range,
): Range | undefined {
  const step = far ? pageMs : stepMs;
  const by = {
    ArrowLeft: -step,
    ArrowDown: -step,
    PageDown: -pageMs,
    ArrowRight: step,
    ArrowUp: step,
    PageUp: pageMs,
  }[key];
  const to =
    key === "Home" ? domain.from : key === "End" ? domain.to : by === undefined ? undefined : range[end] + by;
  if (to === undefined) return undefined;
  const least = end === "from" ? domain.from : range.from + leastRangeMs;
  const most = end === "from" ? range.to - leastRangeMs : domain.to;
  return { ...range, [end]: Math.round(Math.min(most, Math.max(least, to))) };
}
