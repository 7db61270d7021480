import { after, noDuration, type Alarm } from "./clock.ts";
import { seam } from "./observer.ts";
import { scopeNow } from "./scope.ts";
import { objection, patient, refusal, Waiter, type Room, type WaitOptions } from "./waiter.ts";

/**
 * Resolves after `ms` milliseconds; with 0 or less in the next turn of the event loop, so that timers
 * and I/O get their chance. Cancel-safe: an interrupted sleep clears its timer.
 *
 * @throws RangeError for NaN; CancelledError, TimeoutError as the options say
 *
 * @example
 * ```ts
 * await sleep(100, { signal: request.signal });
 * ```
 */
export function sleep(ms: number, options: WaitOptions = patient): Promise<void> {
  const scope = scopeNow();
  const describes = () => `a sleep of ${ms} ms`;
  const error =
    noDuration(ms, "the time of sleep") ??
    objection(options, describes) ??
    refusal(options, scope, describes);
  return error === undefined ? new Bed(ms).sleep(options, scope) : Promise.reject(error);
}

/** Room for one. */
class Bed implements Room {
  readonly #ms: number;
  #alarm: Alarm | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  get describes(): string {
    return `a sleep of ${this.#ms} ms`;
  }

  sleep(options: WaitOptions, scope: ReturnType<typeof scopeNow>): Promise<void> {
    const waiter = new Waiter(this, "sleep");
    const promise = waiter.park<void>(options, scope);
    this.#alarm = after(this.#ms, () => waiter.succeed(undefined, false));
    if (scope !== undefined) seam.pausing(waiter);
    return promise;
  }

  readonly mayFail = false;

  leave(): void {
    this.#alarm?.cancel();
  }

  takeBack(): undefined {
    // Time can't be given back.
  }

  delivered(waiter: Waiter): void {
    seam.paused(waiter);
  }
}
