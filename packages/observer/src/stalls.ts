interface Stall {
  readonly at: number;
  readonly ms: number;
}

// As many as matter to what is open now.
const mostStalls = 128;

/**
 * When the whole process stood still: a timer that comes late tells. The event loop was blocked, or the machine had no time for
 * it; whatever was open meanwhile lasted that much longer through no fault of its own.
 */
export class Stalls {
  #stalls: Stall[] = [];
  #expectedAt = Number.POSITIVE_INFINITY;

  /**
   * A timer of `everyMs` came at `timerAt` of the runtime's own clock, which is `at` for those who ask; told of all its
   * rounds.
   */
  round(timerAt: number, everyMs: number, at: number): void {
    const ms = timerAt - this.#expectedAt;
    if (ms > everyMs / 10) this.#stalls.push({ at, ms });
    if (this.#stalls.length > mostStalls) this.#stalls = this.#stalls.slice(-mostStalls / 2);
    this.#expectedAt = timerAt + everyMs;
  }

  /** The timer rests: what comes next is the first again. */
  rest(): void {
    this.#expectedAt = Number.POSITIVE_INFINITY;
  }

  /** How long it stood still since `from`, in milliseconds; the timer that is overdue at `timerAt` included. */
  since(from: number, timerAt: number = Number.NEGATIVE_INFINITY): number {
    let sum = Math.max(0, timerAt - this.#expectedAt);
    for (const { at, ms } of this.#stalls) if (at > from) sum += Math.min(ms, at - from);
    return sum;
  }
}
