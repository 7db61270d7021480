/** How many waited when: a coarse outline of all the time that is there. */

import type { Span } from "./span.ts";
import type { TimeWindow } from "./time-window.ts";

/** For each of so many equal parts of the time, how many waited on average. */
export function densityOf(spans: readonly Span[], { from, to }: TimeWindow, parts: number): Float64Array {
  const sums = new Float64Array(parts);
  const length = (to - from) / parts;
  if (!(length > 0)) return sums;
  for (const { kind, start, end } of spans) {
    if (kind !== "wait") continue;
    const first = Math.max(0, Math.floor((start - from) / length));
    const last = Math.min(parts - 1, Math.floor((end - from) / length));
    for (let part = first; part <= last; part++) {
      const begin = from + part * length;
      const covered = Math.min(end, begin + length) - Math.max(start, begin);
      sums[part] = (sums[part] ?? 0) + Math.max(0, covered) / length;
    }
  }
  return sums;
}
