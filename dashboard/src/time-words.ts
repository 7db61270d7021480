import { formatClock } from "./age.ts";
import { countOf } from "./count.ts";
import { formatDuration } from "./duration.ts";
import type { Range } from "./location.ts";

/** "in the last 15 minutes", "from 14:02:11 to 14:03:00": the end of a sentence about that time. */
export function timeWords(
  range: Range | undefined,
  seconds: number,
  recorded?: { readonly durationMs: number },
): string {
  if (recorded !== undefined) return `in the ${formatDuration(recorded.durationMs / 1000)} of the recording`;
  if (range === undefined) return `in the last ${countOf(Math.round(seconds / 60), "minute")}`;
  return `from ${formatClock(range.from)} to ${formatClock(range.to)}`;
}
