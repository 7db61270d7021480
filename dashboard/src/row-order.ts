/**
 * The order of the table's rows. Live numbers would make rows jump under the pointer, so the order
 * changes at most once a second, and not at all while someone points at or stands on a row.
 */

import type { HotSpot } from "@holdup/protocol";

/** What rows can be ordered by. */
export const sortColumns = [
  "name",
  "waiters",
  "operations",
  "blameSeconds",
  "waitP50",
  "waitP99",
  "holdP99",
] as const;

/** A column to order by and the direction. */
export interface Sort {
  readonly column: (typeof sortColumns)[number];
  readonly descending: boolean;
}

/** An order that stands, and when it was made. */
export interface RowOrder {
  readonly keys: readonly string[];
  /** Place of each row by the waiting it caused, from 1, whatever the table is ordered by. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly sort: Sort;
  readonly sortedAt: number;
}

/** Who caused the most waiting comes first. */
export const defaultSort: Sort = { column: "blameSeconds", descending: true };

/** How long an order stands at least, in milliseconds. */
export const orderStandsMs = 1000;

/** Before there are rows. */
export const noOrder: RowOrder = { keys: [], ranks: new Map(), sort: defaultSort, sortedAt: -Infinity };

/** The order after new rows came, at `now`; `held` while someone points at a row or stands on it. */
export function nextOrder(
  previous: RowOrder,
  rows: ReadonlyMap<string, HotSpot>,
  sort: Sort,
  held: boolean,
  now: number,
): RowOrder {
  const sameSort = previous.sort.column === sort.column && previous.sort.descending === sort.descending;
  const stands = held || now - previous.sortedAt < orderStandsMs;
  // The first rows don't wait for an order of none to have stood long enough.
  const standsForSomething = previous.keys.length > 0 || rows.size === 0;
  if (sameSort && stands && standsForSomething) return keepOrder(previous, rows);

  return { keys: sortedKeys(rows, sort), ranks: ranksOf(rows), sort, sortedAt: now };
}

function keepOrder(previous: RowOrder, rows: ReadonlyMap<string, HotSpot>): RowOrder {
  const kept = previous.keys.filter((key) => rows.has(key));
  const added = [...rows.keys()].filter((key) => !previous.ranks.has(key));
  if (kept.length === previous.keys.length && added.length === 0) return previous;

  const ranks = new Map(previous.ranks);
  for (const key of added) ranks.set(key, ranks.size + 1);
  return { ...previous, keys: [...kept, ...added], ranks };
}

function ranksOf(rows: ReadonlyMap<string, HotSpot>): ReadonlyMap<string, number> {
  return new Map(sortedKeys(rows, defaultSort).map((key, index) => [key, index + 1]));
}

function sortedKeys(rows: ReadonlyMap<string, HotSpot>, sort: Sort): string[] {
  const direction = sort.descending ? -1 : 1;
  return [...rows]
    .toSorted(([keyA, a], [keyB, b]) => direction * compare(a, b, sort.column) || (keyA < keyB ? -1 : 1))
    .map(([key]) => key);
}

function compare(a: HotSpot, b: HotSpot, column: Sort["column"]): number {
  return column === "name" ? a.primitive.name.localeCompare(b.primitive.name) : a[column] - b[column];
}
