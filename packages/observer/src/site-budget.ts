import { Attention } from "./attention.ts";
import { Budget } from "./budget.ts";
import { whole, type Share } from "./pace.ts";
import type { Totals } from "./totals.ts";

/**
 * Of how many operations the call site is looked up. Half of it is taken first come, first served, and one busy
 * primitive takes it all; the other half is kept back for each in proportion to the waiting for it.
 */
export class SiteBudget {
  readonly #shared: Budget;
  readonly #idle: Budget;
  readonly #reserved: Budget;

  constructor(perSecond: number, pace: Share = whole) {
    this.#shared = new Budget(perSecond / 2, perSecond, pace);
    this.#idle = new Budget(perSecond / 4, perSecond, pace);
    this.#reserved = new Budget(reserveOf(perSecond), perSecond, pace);
  }

  /** Whether it may be looked up for one that waits. */
  forWait(totals: Totals, at: number): boolean {
    // Asked at every wait, and mostly in vain: that costs one comparison.
    if (at < totals.sitesSpentUntil) return false;
    const taken = this.#take(this.#shared, totals, at);
    if (!taken) totals.sitesSpentUntil = this.#noneUntil(this.#shared, totals);
    return taken;
  }

  /** The same for one that need not wait: of interest where others do; elsewhere it must not use up what is there. */
  forHold(totals: Totals, at: number): boolean {
    return this.#take(this.#ofHolds(totals, at), totals, at);
  }

  /** Until when `forHold` says no, when it has just said so, and nobody waits meanwhile. */
  noneForHoldUntil(totals: Totals, at: number): number {
    return this.#noneUntil(this.#ofHolds(totals, at), totals);
  }

  #noneUntil(first: Budget, { siteReserve }: Totals): number {
    return Math.min(first.emptyUntil, Math.max(siteReserve.emptyUntil, this.#reserved.emptyUntil));
  }

  #ofHolds(totals: Totals, at: number): Budget {
    return totals.busyUntil < at ? this.#idle : this.#shared;
  }

  #take(first: Budget, { siteReserve }: Totals, at: number): boolean {
    return first.take(at) || (siteReserve.take(at) && this.#reserved.take(at));
  }
}

/** Call sites a second that each primitive may look up in any case, as far as all together have so many. */
const reservedForEach = 10;

/** Who has which part of what is kept back. */
export function attentionOf(perSecond: number, pace: Share): Attention {
  const reserve = reserveOf(perSecond);
  return new Attention(
    reserve === Number.POSITIVE_INFINITY ? 1 : Math.min(1, reservedForEach / reserve),
    pace,
  );
}

/** What is kept back for one primitive. */
export function reserveFor(attention: Attention, perSecond: number): Budget {
  const reserve = reserveOf(perSecond);
  return new Budget(reserve, reserve, attention);
}

function reserveOf(perSecond: number): number {
  return perSecond / 2;
}
