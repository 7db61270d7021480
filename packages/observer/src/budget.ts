import { whole, type Share } from "./pace.ts";

/**
 * So many a second, and no more: a bucket of tokens that fills evenly and holds some of them for a burst.
 *
 * When it is empty, who comes next is left to chance: a program with a rhythm of its own would else have
 * the same of its places looked at, again and again.
 */
export class Budget {
  readonly #perSecond: number;
  readonly #room: number;
  readonly #pace: Share;
  #tokens: number;
  #filledAt = 0;
  #emptyUntil = 0;

  /**
   * `room`: how many it holds. @default one second's worth
   * `pace`: how much of it fills it. @default all of `perSecond`
   */
  constructor(perSecond: number, room: number = perSecond, pace: Share = whole) {
    this.#perSecond = perSecond;
    this.#pace = pace;
    // Less than one a second needs room for one.
    this.#room = perSecond === 0 ? 0 : Math.max(1, room);
    this.#tokens = this.#room;
  }

  /** It has none before this time, as far as it is known: it was asked in vain. */
  get emptyUntil(): number {
    return this.#emptyUntil;
  }

  /** Takes one token at time `at` (ms); false when there is none. */
  take(at: number): boolean {
    // Asked at every operation, and mostly in vain: that costs one comparison.
    if (at < this.#emptyUntil) return false;
    const perMs = (this.#perSecond * this.#pace.share) / 1000;
    if (at > this.#filledAt) {
      this.#tokens = Math.min(this.#room, this.#tokens + (at - this.#filledAt) * perMs);
      this.#filledAt = at;
    }
    if (this.#tokens < 1) {
      const missing = (1 - this.#tokens) / perMs;
      this.#emptyUntil = at + missing * (0.5 + Math.random());
      return false;
    }
    this.#tokens--;
    return true;
  }
}
