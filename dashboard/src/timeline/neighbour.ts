/** Where an arrow key leads on the timeline: from bar to bar. */

import type { LanePlace } from "./lane-places.ts";
import type { Row } from "./lanes.ts";
import type { Span } from "./span.ts";
import type { TimeWindow } from "./time-window.ts";
import { firstIndex } from "./visible.ts";

export type Step = "before" | "after" | "above" | "below";

export interface Found {
  readonly span: Span;
  readonly place: LanePlace;
}

interface Line {
  readonly row: Row;
  readonly place: LanePlace;
}

/** The bar in that direction; with none selected the first in sight. */
export function neighbour(
  places: readonly LanePlace[],
  selected: Span | undefined,
  step: Step,
  window: TimeWindow,
): Found | undefined {
  const lines = places.flatMap((place) => place.lane.rows.map((row) => ({ row, place })));
  const line = selected && lineOf(places, selected);
  if (selected === undefined || line === undefined) return firstInSight(lines, window);
  const index = lines.findIndex(({ row }) => row === line.row);
  if (step === "before" || step === "after") return beside(line, selected, step);
  const others = step === "above" ? lines.slice(0, index).toReversed() : lines.slice(index + 1);
  for (const other of others) {
    const span = closest(other.row, selected.start);
    // A hold of several permits is in several rows.
    if (span !== undefined && span !== selected) return { span, place: other.place };
  }
  return undefined;
}

function lineOf(places: readonly LanePlace[], span: Span): Line | undefined {
  const place = places.find(({ lane }) => lane.rowsOf.has(span));
  const row = place?.lane.rows[place.lane.rowsOf.get(span)?.first ?? 0];
  return place && row && { row, place };
}

function beside({ row, place }: Line, selected: Span, step: "before" | "after"): Found | undefined {
  const span = row.spans[row.spans.indexOf(selected) + (step === "after" ? 1 : -1)];
  return span && { span, place };
}

function firstInSight(lines: readonly Line[], { from }: TimeWindow): Found | undefined {
  for (const { row, place } of lines) {
    const span = row.spans[firstIndex(row.spans.length, (index) => (row.latestEnds[index] ?? 0) > from)];
    if (span !== undefined) return { span, place };
  }
  return undefined;
}

function closest({ spans }: Row, time: number): Span | undefined {
  const index = firstIndex(spans.length, (at) => (spans[at]?.start ?? 0) >= time);
  const [before, after] = [spans[index - 1], spans[index]];
  if (before === undefined || after === undefined) return before ?? after;
  return time - before.start < after.start - time ? before : after;
}
