/** When waits took how long: time across, durations upwards, each cell counted. */

import type { HistoryPoint } from "@holdup/protocol";
import { formatMoment } from "../age.ts";
import { formatTick } from "../duration.ts";

/** A stretch of time and a stretch of durations, and how many waits ended in one having taken the other. */
export interface Cell {
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** Seconds. */
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

/** Columns by time and rows by duration; cells without a wait are not there. */
export interface Heat {
  /** Start of each column, Unix ms, oldest first. */
  readonly times: readonly number[];
  readonly columnMs: number;
  /** Lower bound of each row, in seconds, shortest first. */
  readonly bounds: readonly number[];
  readonly cells: readonly Cell[];
  readonly largest: number;
}

const mostColumns = 60;
const octavesInRow = 2;

/** The heat of a history; the steps of a long one are joined to no more columns than can be told apart. */
export function heatOf(series: readonly HistoryPoint[], stepSeconds: number): Heat {
  const first = series[0];
  const last = series.at(-1);
  if (first === undefined || last === undefined)
    return { times: [], columnMs: 0, bounds: [], cells: [], largest: 0 };
  const stepMs = stepSeconds * 1000;
  const steps = Math.round((last.time - first.time) / stepMs) + 1;
  const columnMs = stepMs * Math.ceil(steps / mostColumns);
  // Columns stay where they are when the window moves on by a step: a cell that was chosen is still there.
  const phase = first.time % stepMs;
  const start = Math.floor((first.time - stepMs) / columnMs) * columnMs + phase;
  const columns = Math.ceil((last.time - start) / columnMs);
  const counts = countsOf(series, start, columnMs);
  const rows = [...new Set([...counts.values()].flatMap((column) => [...column.keys()]))].toSorted(
    (a, b) => a - b,
  );
  const [lowest = 0] = rows;
  const highest = rows.at(-1) ?? -1;
  const bounds = Array.from({ length: highest - lowest + 1 }, (_, row) => boundOf(lowest + row));
  const cells = [...counts].flatMap(([column, byRow]) =>
    [...byRow].map(([row, count]) => ({
      from: start + column * columnMs,
      to: start + (column + 1) * columnMs,
      least: boundOf(row),
      most: boundOf(row + 1),
      count,
    })),
  );
  return {
    times: Array.from({ length: columns }, (_, column) => start + column * columnMs),
    columnMs,
    bounds,
    cells,
    largest: Math.max(0, ...cells.map(({ count }) => count)),
  };
}

/** Whether they are about the same times and durations; what was counted since may differ. */
export function sameCell(one: Cell, other: Cell | undefined): boolean {
  return one.from === other?.from && one.to === other.to && one.least === other.least;
}

/** "1 s to 4 s, 08:18:50 to 08:19:00" */
export function cellText({ least, most, from, to }: Cell): string {
  return `${formatTick(least)} to ${formatTick(most)}, ${formatMoment(from)} to ${formatMoment(to)}`;
}

function countsOf(
  series: readonly HistoryPoint[],
  start: number,
  columnMs: number,
): Map<number, Map<number, number>> {
  const counts = new Map<number, Map<number, number>>();
  for (const { time, waits } of series) {
    const column = Math.ceil((time - start) / columnMs) - 1;
    const byRow = counts.get(column) ?? new Map<number, number>();
    for (const { from, count } of waits) {
      const row = Math.floor(Math.round(Math.log2(from)) / octavesInRow);
      byRow.set(row, (byRow.get(row) ?? 0) + count);
    }
    counts.set(column, byRow);
  }
  return counts;
}

function boundOf(row: number): number {
  return 2 ** (row * octavesInRow);
}
