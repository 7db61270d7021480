import { Budget } from "./budget.ts";
import { whole, type Share } from "./pace.ts";
import type { Totals } from "./totals.ts";

/**
 * Of how many operations the call site is looked up. What all primitives share is taken first come, first served, and
 * one busy primitive takes it all: a few are kept back for each.
 */
export class SiteBudget {
  readonly #shared: Budget;
  readonly #idle: Budget;
  readonly #reserved: Budget;

  constructor(perSecond: number, pace: Share = whole) {
    this.#shared = new Budget(perSecond, 2 * perSecond, pace);
    this.#idle = new Budget(perSecond / 4, perSecond, pace);
    this.#reserved = new Budget(perSecond, perSecond, pace);
  }

  /** Whether it may be looked up for one that waits. */
  forWait(totals: Totals, at: number): boolean {
    return this.#take(this.#shared, totals, at);
  }

  /** The same for one that need not wait: of interest where others do; elsewhere it must not use up what is there. */
  forHold(totals: Totals, at: number): boolean {
    return this.#take(this.#ofHolds(totals, at), totals, at);
  }

  /** Until when `forHold` says no, when it has just said so, and nobody waits meanwhile. */
  noneForHoldUntil(totals: Totals, at: number): number {
    return Math.min(this.#ofHolds(totals, at).emptyUntil, totals.siteReserve.emptyUntil);
  }

  #ofHolds(totals: Totals, at: number): Budget {
    return totals.busyUntil < at ? this.#idle : this.#shared;
  }

  #take(first: Budget, { siteReserve }: Totals, at: number): boolean {
    return first.take(at) || (siteReserve.take(at) && this.#reserved.take(at));
  }
}
