/** The last kept waits or holds; a new one takes the place of the oldest. */

import type { KeptHold, Page } from "@holdup/protocol";
import { isAskedFor } from "./kept-wait.ts";
import type { WaitQuery } from "./store.ts";

/** What waits and holds have in common. */
type Kept = Pick<KeptHold, "service" | "primitive" | "end">;

export class SpanRing<Span extends Kept> {
  readonly #size: number;
  readonly #ring: Span[] = [];
  // The number of the next; the one with number n is at n modulo size.
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The number of the oldest that is still there: making room for newer ones is no loss. */
  get #oldest(): number {
    return Math.max(0, this.#next - this.#size);
  }

  /** How many there are. */
  get size(): number {
    return this.#ring.length;
  }

  add(span: Span): void {
    this.#ring[this.#next % this.#size] = span;
    this.#next++;
  }

  /** Newest first. The cursor is the number of the last one given, so new ones don't shift the pages. */
  find(query: WaitQuery): Page<Span> {
    const items: Span[] = [];
    let number = Math.min(this.#next, Number(query.cursor ?? this.#next)) - 1;
    for (; number >= this.#oldest && items.length < query.limit; number--) {
      const span = this.#ring[number % this.#size];
      if (span !== undefined && isAskedFor(span, query)) items.push(span);
    }
    return { items, next: number >= this.#oldest ? String(number + 1) : null };
  }
}
