import { whole, type Share } from "./pace.ts";

/**
 * Thins out what is kept to a rate, by chance, and knows the chance that each one had.
 *
 * A bucket of tokens fills at the rate. While it has some left from quiet times, all are kept; below that,
 * the chance halves with every `halving` tokens that were overdrawn, until as many are kept as come in. The
 * chance depends on what came before and never on the one that is asked for, so that 1 / chance is the number of
 * operations for which a kept one stands (Horvitz and Thompson's estimator: sums stay without bias).
 */
export class SpanSampler {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #halving: number;
  readonly #pace: Share;
  #tokens: number;
  #filledAt = Number.NaN;
  #chance = 1;
  #freshUntil = Number.NEGATIVE_INFINITY;

  /**
   * `perSecond`: kept on average, per second. What quiet times left over, up to one second's worth, is carried on.
   * `pace`: how much of it is kept. @default all
   */
  constructor(perSecond: number, pace: Share = whole) {
    this.#pace = pace;
    this.#perSecond = perSecond;
    this.#burst = Math.max(1, perSecond);
    this.#halving = Math.max(1, perSecond / 8);
    this.#tokens = this.#burst;
  }

  /** The chance of being kept of what comes at time `at` (ms), from 0 to 1. */
  chance(at: number): number {
    // Asked at every wait: it changes little within a millisecond.
    if (at < this.#freshUntil) return this.#chance;
    this.#freshUntil = at + 1;
    this.#chance = this.#chanceAt(at);
    return this.#chance;
  }

  #chanceAt(at: number): number {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return 1;
    if (this.#perSecond === 0) return 0;
    if (at > this.#filledAt) {
      const gained = ((at - this.#filledAt) * this.#perSecond * this.#pace.share) / 1000;
      this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    }
    if (!(at <= this.#filledAt)) this.#filledAt = at;
    return this.#tokens >= 1 ? 1 : 2 ** ((this.#tokens - 1) / this.#halving);
  }

  /** Says that one was kept, by chance or because it had to be. */
  kept(): void {
    this.#tokens--;
    this.#freshUntil = Number.NEGATIVE_INFINITY;
  }
}
