import type { Instance } from "./instance.ts";
import type { Totals } from "./totals.ts";

/** Waiting for one primitive while the event loop stood still. */
export interface StalledWait {
  readonly type: string;
  readonly name: string;
  readonly attributes: Totals["attributes"];
  readonly seconds: number;
}

/**
 * How much of the waiting fell into times in which the event loop stood still. Only who still waits when it goes on is
 * asked: who was granted before counts to the hand-off, which is the event loop's too.
 */
export class StalledWaits {
  #ms = new Map<Totals, number>();

  /** It stood still for `ms` until `at`, on the observer's clock. */
  add(instances: readonly Instance[], ms: number, at: number): void {
    for (const { waiting, waits, totals } of instances) {
      if (waiting === 0) continue;
      let sum = 0;
      for (const { startedAt } of waits) sum += Math.max(0, Math.min(ms, at - startedAt));
      if (sum > 0) this.#ms.set(totals, (this.#ms.get(totals) ?? 0) + sum);
    }
  }

  /** What was added since the call before. */
  take(): StalledWait[] {
    const taken = this.#ms;
    this.#ms = new Map();
    return Array.from(taken, ([{ type, name, attributes }, ms]) => ({
      type,
      name,
      attributes,
      seconds: ms / 1000,
    }));
  }
}
