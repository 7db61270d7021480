import type { Alarm, Clock } from "./clock.ts";

interface ManualAlarm extends Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until it is told how far to go. Use it with `useClock` to test
 * timeouts and durations without waiting for them.
 *
 * @example
 * ```ts
 * const clock = new ManualClock();
 * using installed = useClock(clock);
 * const nap = sleep(1000);
 * clock.advance(1000);
 * await nap;
 * ```
 */
export class ManualClock implements Clock {
  #now = 0;
  // In the order of their times, then of their making.
  readonly #alarms: ManualAlarm[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): Alarm {
    const alarm: ManualAlarm = {
      at: this.#now + Math.max(0, ms),
      callback,
      cancel: () => {
        const index = this.#alarms.indexOf(alarm);
        if (index >= 0) this.#alarms.splice(index, 1);
      },
    };
    const later = this.#alarms.findIndex((other) => other.at > alarm.at);
    this.#alarms.splice(later < 0 ? this.#alarms.length : later, 0, alarm);
    return alarm;
  }

  /** How many alarms are set; 0 when everything cleaned up after itself. */
  get alarms(): number {
    return this.#alarms.length;
  }

  /** Moves on by `ms` milliseconds and rings, in order, what becomes due on the way. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#alarms[0]; next !== undefined && next.at <= end; next = this.#alarms[0]) {
      this.#alarms.shift();
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }
}
