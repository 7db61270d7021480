import type { HotSpot } from "@holdup/protocol";
import { useReducer } from "react";
import { nextOrder, noOrder, type RowOrder, type Sort } from "../row-order.ts";

/** The order that the table shows; `held` while someone points at a row or stands on it. */
export function useRowOrder(rows: ReadonlyMap<string, HotSpot>, sort: Sort, held: boolean): RowOrder {
  const [order, take] = useReducer((_: RowOrder, next: RowOrder) => next, noOrder);
  const next = nextOrder(order, rows, sort, held, Date.now());
  // While rendering, not after: rows in an old order would show for a moment.
  if (next !== order) take(next);
  return next;
}
