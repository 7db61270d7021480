/**
 * So many a second, and no more: a bucket of tokens that fills evenly and holds one second's worth.
 */
export class Budget {
  readonly #perSecond: number;
  #tokens: number;
  #filledAt = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  /** Takes one token at time `at` (ms); false when there is none. */
  take(at: number): boolean {
    if (at > this.#filledAt) {
      const gained = ((at - this.#filledAt) * this.#perSecond) / 1000;
      this.#tokens = Math.min(this.#perSecond, this.#tokens + gained);
      this.#filledAt = at;
    }
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
