/**
 * The one door for time. Everything that reads a clock or sets a timer does it here, so that a
 * test can turn the clock by hand and everything follows.
 */

import { invalidArgument, outOfRange } from "./errors.ts";
import { monotonicNow } from "./monotonic-now.ts";

/** A source of time. */
export interface Clock {
  /** Milliseconds on a scale that never steps back. */
  now(): number;
  /** Calls back once, after `ms` milliseconds; with 0 or less in the next turn of the event loop. */
  after(ms: number, callback: () => void): Alarm;
}

/** Why this is no number of milliseconds, of `what`; undefined if it is one. */
export function noDuration(ms: unknown, what: string): Error | undefined {
  if (typeof ms !== "number")
    return invalidArgument(`${what} is a ${typeof ms}; it must be a number of milliseconds`);
  return Number.isNaN(ms) ? outOfRange(`${what} is NaN; it must be a number of milliseconds`) : undefined;
}

/** A callback that is to come. */
export interface Alarm {
  /** Takes it back; without effect after it has rung. */
  cancel(): void;
}

// setTimeout fires at once above this; a longer time is slept in stages.
const longestTimeoutMs = 2 ** 31 - 1;

class SystemAlarm implements Alarm {
  readonly #callback: () => void;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(ms: number, callback: () => void) {
    this.#callback = callback;
    this.#set(ms);
  }

  cancel(): void {
    if (this.#timer === undefined) return;
    // Node's clearTimeout takes an Immediate no more than clearImmediate a Timeout: ask both.
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
  }

  #set(ms: number): void {
    if (ms === Number.POSITIVE_INFINITY) return;
    if (ms <= 0) this.#timer = setImmediate(this.#callback);
    else if (ms <= longestTimeoutMs) this.#timer = setTimeout(this.#callback, ms);
    else this.#timer = setTimeout(() => this.#set(ms - longestTimeoutMs), longestTimeoutMs);
  }
}

const systemClock: Clock = {
  now: monotonicNow(performance),
  after: (ms, callback) => new SystemAlarm(ms, callback),
};

let clock = systemClock;

/** The time now, in milliseconds, monotonic. */
export function now(): number {
  return clock.now();
}

/** Calls back once, after `ms` milliseconds. */
export function after(ms: number, callback: () => void): Alarm {
  return clock.after(ms, callback);
}

/**
 * Puts another clock in place of the system's, for the whole process, until disposed. For tests.
 *
 * @example
 * ```ts
 * const clock = new ManualClock();
 * using installed = useClock(clock);
 * ```
 */
export function useClock(other: Clock): Disposable {
  const before = clock;
  clock = other;
  return {
    [Symbol.dispose]() {
      clock = before;
    },
  };
}
