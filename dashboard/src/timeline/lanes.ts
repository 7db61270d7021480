/** Bars in lanes, one a primitive or a task, and in rows, where no bar covers another. */

import { nameText } from "../primitive-name.tsx";
import type { Span } from "./span.ts";

export type LaneBy = "primitive" | "task";

/** Time that is covered by one span, or by several that cover each other. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  /** The first of them. */
  readonly span: Span;
  readonly count: number;
}

/** Spans one after the other, by their start. */
export interface Row {
  readonly kind: Span["kind"];
  readonly spans: readonly Span[];
  /** For each span the latest end of it and all before: finds the first that is still there at a time. */
  readonly latestEnds: readonly number[];
  /** The same without what covers each other: a bar begins where the one before has ended, or later. */
  readonly bars: readonly Bar[];
}

/** The rows that a span is in, first and last: several, if it takes several permits. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

export interface Lane {
  readonly key: string;
  readonly name: string;
  /** Type of the primitive; `task` for a task's. */
  readonly type: string;
  readonly service: string;
  /** Holds first, then waits. */
  readonly rows: readonly Row[];
  readonly rowsOf: ReadonlyMap<Span, RowRange>;
  /** How long was waited in it, in seconds. */
  readonly waitSeconds: number;
}

/** More rows of a kind than that would make a lane higher than the screen. */
export const mostRows = 12;

/** All lanes, those with the most waiting first. */
export function lanesOf(spans: readonly Span[], by: LaneBy): Lane[] {
  const groups = new Map<string, Span[]>();
  for (const span of spans) {
    const key = keyOf(span, by);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [span]);
    else group.push(span);
  }
  return [...groups]
    .map(([key, group]) => laneOf(key, group, by))
    .toSorted(
      (one, other) => other.waitSeconds - one.waitSeconds || one.name.localeCompare(other.name, "en"),
    );
}

function keyOf({ service, instance, primitive, task }: Span, by: LaneBy): string {
  return by === "primitive"
    ? JSON.stringify([service, primitive.type, primitive.name])
    : JSON.stringify([service, instance, task]);
}

function laneOf(key: string, group: readonly Span[], by: LaneBy): Lane {
  const [first] = group;
  const sorted = group.toSorted((one, other) => one.start - other.start);
  const waits = sorted.filter(({ kind }) => kind === "wait");
  const rows = [
    ...stack(
      sorted.filter(({ kind }) => kind === "hold"),
      "hold",
    ),
    ...stack(waits, "wait"),
  ];
  return {
    key,
    name: by === "primitive" ? nameText(first?.primitive.name ?? "") : (first?.task ?? "outside of tasks"),
    type: by === "primitive" ? (first?.primitive.type ?? "") : "task",
    service: first?.service ?? "",
    rows,
    rowsOf: rowsOf(rows),
    waitSeconds: waits.reduce((sum, { start, end }) => sum + (end - start), 0) / 1000,
  };
}

function rowsOf(rows: readonly Row[]): Map<Span, RowRange> {
  const ranges = new Map<Span, RowRange>();
  for (const [index, { spans }] of rows.entries()) {
    for (const span of spans) ranges.set(span, { first: ranges.get(span)?.first ?? index, last: index });
  }
  return ranges;
}

/**
 * Each span in the first row where nothing is in its way, and a hold of several permits in as many rows one below the
 * other. Where all rows are taken, the last has it too. The spans come by their start.
 */
export function stack(sorted: readonly Span[], kind: Span["kind"]): Row[] {
  const rows: RowBuilder[] = [];
  for (const span of sorted) {
    const height = Math.max(1, Math.min(span.permits, mostRows));
    const first = Math.min(firstFree(rows, span.start, height), mostRows - height);
    for (let index = first; index < first + height; index++) {
      (rows[index] ??= new RowBuilder(kind)).add(span);
    }
  }
  return rows;
}

class RowBuilder implements Row {
  readonly kind: Span["kind"];
  readonly spans: Span[] = [];
  readonly latestEnds: number[] = [];
  readonly bars: Bar[] = [];

  constructor(kind: Span["kind"]) {
    this.kind = kind;
  }

  get latestEnd(): number {
    return this.latestEnds.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  add(span: Span): void {
    const latest = this.latestEnd;
    const bar = this.bars.at(-1);
    if (bar === undefined || latest <= span.start) {
      this.bars.push({ from: span.start, to: span.end, span, count: 1 });
    } else {
      this.bars[this.bars.length - 1] = { ...bar, to: Math.max(bar.to, span.end), count: bar.count + 1 };
    }
    this.spans.push(span);
    this.latestEnds.push(Math.max(latest, span.end));
  }
}

// The first row from which on so many are free.
function firstFree(rows: readonly RowBuilder[], start: number, height: number): number {
  let free = 0;
  for (let index = 0; index < rows.length; index++) {
    free = (rows[index]?.latestEnd ?? Number.NEGATIVE_INFINITY) <= start ? free + 1 : 0;
    if (free === height) return index - height + 1;
  }
  return rows.length - free;
}
