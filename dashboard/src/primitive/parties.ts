/** How many hold and wait right now, as the list beside it has them. */

import type { PrimitiveDetail } from "@holdup/protocol";

/** A program tells so many of those who hold or wait, and the number of all. */
const mostTold = 100;

/** Two numbers of one moment: those of the list, where there is one. */
export function partiesNow({
  state,
  holders,
  waiters,
}: Pick<PrimitiveDetail, "state" | "holders" | "waiters">): {
  readonly holders: number;
  readonly waiters: number;
} {
  // Counts come with the metrics, the list by itself: of two moments, only a list that was cut is the worse one.
  if (state === null) return { holders, waiters };
  return { holders: inAll(state.holders.length, holders), waiters: inAll(state.waiters.length, waiters) };
}

function inAll(told: number, counted: number): number {
  return told < mostTold ? told : Math.max(told, counted);
}
