/**
 * So many a second, and no more: a bucket of tokens that fills evenly and holds one second's worth.
 */
export class Budget {
  readonly #perSecond: number;
  #tokens: number;
  #filledAt = 0;
  #emptyUntil = 0;

  readonly #room: number;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    // Less than one a second needs room for one.
    this.#room = perSecond === 0 ? 0 : Math.max(1, perSecond);
    this.#tokens = this.#room;
  }

  /** Takes one token at time `at` (ms); false when there is none. */
  take(at: number): boolean {
    // Asked at every operation, and mostly in vain: that costs one comparison.
    if (at < this.#emptyUntil) return false;
    if (at > this.#filledAt) {
      const gained = ((at - this.#filledAt) * this.#perSecond) / 1000;
      this.#tokens = Math.min(this.#room, this.#tokens + gained);
      this.#filledAt = at;
    }
    if (this.#tokens < 1) {
      this.#emptyUntil = at + ((1 - this.#tokens) * 1000) / this.#perSecond;
      return false;
    }
    this.#tokens--;
    return true;
  }
}
