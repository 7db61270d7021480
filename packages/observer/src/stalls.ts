/** A time in which the process stood still, on the observer's clock. */
export interface Stall {
  readonly from: number;
  readonly to: number;
}

// As many as matter to what is open now.
const mostStalls = 128;

/**
 * When the whole process stood still: a timer that comes late tells. The event loop was blocked, or the machine had no time for
 * it; whatever was open meanwhile lasted that much longer through no fault of its own.
 */
export class Stalls {
  // Invariant: in their order, and none reaches into another.
  #stalls: Stall[] = [];
  // When the timer is due: on the runtime's own clock, and on that of those who ask. They are the same, but in tests.
  #expectedAt = Number.POSITIVE_INFINITY;
  #expectedBy = Number.POSITIVE_INFINITY;
  // A timer is never quite in time.
  #slackMs = 0;

  /** A timer of `everyMs` begins at `timerAt` of the runtime's own clock, which is `at` for those who ask. */
  start(timerAt: number, everyMs: number, at: number): void {
    this.#expectedAt = timerAt + everyMs;
    this.#expectedBy = at + everyMs;
    this.#slackMs = everyMs / 10;
  }

  /** The timer has come; told of all its rounds. */
  round(timerAt: number, everyMs: number, at: number): void {
    this.look(timerAt, at);
    this.start(timerAt, everyMs, at);
  }

  /** The timer rests: what comes next is the first again. */
  rest(): void {
    this.start(Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY);
  }

  /** It stood still for `ms` until `at`. May be told of again, by others, and of the same for longer: no time counts twice. */
  add(ms: number, at: number): void {
    let stall = { from: at - ms, to: at };
    for (
      let last = this.#stalls.at(-1);
      last !== undefined && touch(last, stall);
      last = this.#stalls.at(-1)
    ) {
      this.#stalls.pop();
      stall = { from: Math.min(stall.from, last.from), to: Math.max(stall.to, last.to) };
    }
    this.#stalls.push(stall);
    if (this.#stalls.length > mostStalls) this.#stalls = this.#stalls.slice(-mostStalls / 2);
  }

  /** A timer that is overdue by now tells, too: to be called before it is asked. */
  look(timerAt: number, at: number): void {
    const ms = Math.min(timerAt - this.#expectedAt, at - this.#expectedBy);
    if (ms > this.#slackMs) this.add(ms, at);
  }

  /** How long it stood still since `from`, in milliseconds. */
  since(from: number): number {
    return this.within(from, Number.POSITIVE_INFINITY).reduce((sum, stall) => sum + stall.to - stall.from, 0);
  }

  /** Those between two moments, as far as they lie there; in their order. */
  within(from: number, to: number): Stall[] {
    return this.#stalls
      .map((stall) => ({ from: Math.max(stall.from, from), to: Math.min(stall.to, to) }))
      .filter((stall) => stall.to > stall.from);
  }
}

function touch(one: Stall, other: Stall): boolean {
  return one.from <= other.to && other.from <= one.to;
}
