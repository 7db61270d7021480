import { Stalls, type Stall } from "./stalls.ts";

/** What a holder did for how long. */
export interface Activity {
  /**
   * `in SELECT stock`, `waiting for payments`, `using connections`, `sleeping`, `in the hand-off`, `running`, `elsewhere`,
   * `while the event loop stood still`.
   */
  readonly name: string;
  readonly ms: number;
}

interface Interval {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

// More are not told apart: they are time that is not accounted for.
const mostIntervals = 64;

/**
 * What a holder did while others waited: its spans, nested waits and holds, sleeps; the rest is `running` as far as
 * the event loop was busy meanwhile, and `elsewhere` (waiting for something that nobody told of) as far as it was not.
 */
export class Explanation {
  readonly #startedAt: number;
  readonly #loop = performance.eventLoopUtilization();
  readonly #stalls: Stalls;
  readonly #intervals: Interval[] = [];
  #busyMs: number | undefined;

  /**
   * @param startedAt when the first began to wait
   * @param stalls when nobody could end a sleep. @default the event loop never stood still
   */
  constructor(startedAt: number, stalls: Stalls = new Stalls()) {
    this.#startedAt = startedAt;
    this.#stalls = stalls;
  }

  add(name: string, from: number, to: number): void {
    const start = Math.max(from, this.#startedAt);
    if (to > start && this.#intervals.length < mostIntervals) this.#intervals.push({ name, from: start, to });
  }

  /** The hold has ended: what the event loop does from now on is not its. */
  stop(): void {
    this.#busyMs = this.#busy();
  }

  #busy(): number {
    return performance.eventLoopUtilization(this.#loop).active;
  }

  /** Adds up by name; where one lies within another, the inner counts. */
  end(at: number): Activity[] {
    const sums = new Map<string, number>();
    const count = (name: string, ms: number) => {
      if (ms > 0) sums.set(name, (sums.get(name) ?? 0) + ms);
    };
    const stalls = this.#stalls.within(this.#startedAt, at);
    const bounds = [...this.#intervals, ...stalls].flatMap(({ from, to }) => [
      Math.min(from, at),
      Math.min(to, at),
    ]);
    const points = [...new Set([this.#startedAt, ...bounds, at])].toSorted((a, b) => a - b);
    let open = 0;
    for (const [i, to] of points.entries()) {
      const from = points[i - 1];
      if (from === undefined) continue;
      const inner = this.#innermost(from, to);
      if (inner === undefined) open += to - from;
      else count(isPause(inner) && isWithin(from, to, stalls) ? standingStill : inner.name, to - from);
    }
    const running = Math.min(open, this.#busyMs ?? this.#busy());
    count("running", running);
    count("elsewhere", open - running);
    return Array.from(sums, ([name, ms]) => ({ name, ms })).toSorted((a, b) => b.ms - a.ms);
  }

  #innermost(from: number, to: number): Interval | undefined {
    let inner: Interval | undefined;
    for (const interval of this.#intervals) {
      if (interval.from > from || interval.to < to) continue;
      if (inner === undefined || tellsMore(interval, inner)) inner = interval;
    }
    return inner;
  }
}

// The later lies within the earlier. That somebody sleeps says less than what for.
function tellsMore(one: Interval, other: Interval): boolean {
  const pauses = Number(isPause(one)) - Number(isPause(other));
  return pauses === 0 ? one.from >= other.from : pauses < 0;
}

// The bounds of all stalls are among those of what is asked for.
function isWithin(from: number, to: number, stalls: readonly Stall[]): boolean {
  return stalls.some((stall) => stall.from <= from && stall.to >= to);
}

const isPause = ({ name }: Interval): boolean => name === sleeping || name === joining;

/** Activities of which the program does not say what they are for. */
export const sleeping = "sleeping";
export const joining = "waiting for other tasks";

/** It would have gone on, had anything: no timer fires meanwhile. */
const standingStill = "while the event loop stood still";

/** It was granted, and its code did not run yet: the event loop was busy with others. */
export const handingOff = "in the hand-off";

/** One sentence of it: `held 40 ms: 36 ms in SELECT stock, 3 ms waiting for payments, 1 ms running`. */
export function explain(activities: readonly Activity[]): string {
  const total = activities.reduce((sum, { ms }) => sum + ms, 0);
  return `held ${duration(total)}: ${inWords(activities)}`;
}

/** What took longest: `36 ms in SELECT stock, 3 ms waiting for payments, 1 ms running`. */
export function inWords(activities: readonly Activity[]): string {
  const parts = activities.slice(0, 3).map(({ name, ms }) => `${duration(ms)} ${name}`);
  const rest = activities.slice(3).reduce((sum, { ms }) => sum + ms, 0);
  if (rest > 0) parts.push(`${duration(rest)} other`);
  return parts.join(", ");
}

/** Milliseconds for people. */
export function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(0)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 10) return `${ms.toFixed(0)} ms`;
  if (ms >= 1) return `${ms.toFixed(1)} ms`;
  return `${(ms * 1000).toFixed(0)} µs`;
}
