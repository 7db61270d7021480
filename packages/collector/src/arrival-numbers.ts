/** Numbers in the order of arrival, given by several collectors without asking each other. */

/** 1 January 2024; numbers have 15 digits until 2055. */
const epoch = 1_704_067_200_000;
const perMs = 1_000;

export class ArrivalNumbers {
  readonly #now: () => number;
  #last = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Larger than all before, and than what other collectors gave a millisecond ago. */
  next(): number {
    this.#last = Math.max(this.#last + 1, Math.max(0, this.#now() - epoch) * perMs);
    return this.#last;
  }
}
