/** Who handed over to whom: from the end of a hold to the end of the wait that it ended. */

import { firstIndex } from "./visible.ts";
import type { Span } from "./span.ts";
import type { TimeWindow } from "./time-window.ts";

export interface HandOff {
  readonly hold: Span;
  readonly wait: Span;
  /** When. */
  readonly time: number;
}

/** A release hands over in one step: what lies farther apart was given back to nobody first. */
const sameStepMs = 5;

/** All hand-overs, by their time. */
export function handOffsOf(spans: readonly Span[]): HandOff[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  return spans.flatMap((wait) => handOffTo(wait, byId) ?? []).toSorted((one, other) => one.time - other.time);
}

/** Those in sight. */
export function handOffsIn(all: readonly HandOff[], { from, to }: TimeWindow): HandOff[] {
  const start = firstIndex(all.length, (index) => (all[index]?.time ?? 0) >= from);
  const end = firstIndex(all.length, (index) => (all[index]?.time ?? 0) > to);
  return all.slice(start, end);
}

// Of the holds that it waited behind the one that ended when it was granted.
function handOffTo(wait: Span, byId: ReadonlyMap<string, Span>): HandOff | undefined {
  if (wait.kind !== "wait" || wait.outcome !== "granted") return undefined;
  let best: Span | undefined;
  for (const id of wait.holders) {
    const hold = byId.get(id);
    if (hold === undefined || Math.abs(hold.end - wait.granted) > sameStepMs) continue;
    if (best === undefined || distance(hold, wait) < distance(best, wait)) best = hold;
  }
  return best && { hold: best, wait, time: wait.granted };
}

function distance(hold: Span, wait: Span): number {
  return Math.abs(hold.end - wait.granted);
}
