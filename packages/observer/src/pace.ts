/** A share of budgets, from 0 to 1. */
export interface Share {
  readonly share: number;
}

/** All of it. */
export const whole: Share = { share: 1 };

// Below this utilization the event loop has time to spare.
const relaxed = 0.5;

/** What is left of budgets when it has none. */
const leastShare = 0.1;

// A shorter time tells of one callback, not of the program.
const shortestMs = 100;

/**
 * How much Holdup may look at: all that its budgets allow while the event loop has time to spare, a tenth when it has
 * none. A sample costs the same whether the program is busy or not, but only a busy one misses the time. Sums, counts and
 * histograms stay exact; there are fewer call sites and spans.
 *
 * Between half and full utilization the share falls in a straight line.
 */
export class Pace implements Share {
  #share = 1;
  #loop = performance.eventLoopUtilization();

  get share(): number {
    return this.#share;
  }

  /** Looks how busy the event loop was since the last time. */
  look(): void {
    const { active, idle, utilization } = performance.eventLoopUtilization(this.#loop);
    if (active + idle < shortestMs) return;
    this.#loop = performance.eventLoopUtilization();
    this.#share = shareAt(utilization);
  }
}

/** @param utilization of the event loop, from 0 to 1 */
export function shareAt(utilization: number): number {
  const strain = Math.min(1, Math.max(0, (utilization - relaxed) / (1 - relaxed)));
  return 1 - strain * (1 - leastShare);
}
