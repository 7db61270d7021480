/** The last kept waits; a new one takes the place of the oldest. */

import type { KeptWait, Page } from "@holdup/protocol";
import type { WaitQuery } from "./store.ts";

export class WaitRing {
  readonly #size: number;
  readonly #ring: KeptWait[] = [];
  // The number of the next wait; the wait with number n is at n modulo size.
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The number of the oldest that is still there: making room for newer ones is no loss. */
  get #oldest(): number {
    return Math.max(0, this.#next - this.#size);
  }

  add(wait: KeptWait): void {
    this.#ring[this.#next % this.#size] = wait;
    this.#next++;
  }

  /** Newest first. The cursor is the number of the last wait given, so new waits don't shift the pages. */
  find(query: WaitQuery): Page<KeptWait> {
    const items: KeptWait[] = [];
    let number = Math.min(this.#next, Number(query.cursor ?? this.#next)) - 1;
    for (; number >= this.#oldest && items.length < query.limit; number--) {
      const wait = this.#ring[number % this.#size];
      if (wait !== undefined && matches(wait, query)) items.push(wait);
    }
    return { items, next: number >= this.#oldest ? String(number + 1) : null };
  }
}

function matches({ service, primitive, end }: KeptWait, query: WaitQuery): boolean {
  return (
    (query.service === undefined || query.service === service) &&
    (query.primitive === undefined || query.primitive === primitive.name) &&
    end >= query.from &&
    end <= query.to
  );
}
