import type { Contents } from "@holdup/primitives";

/** How much is in all queues of one name together. */
export interface QueueLevel {
  readonly size: number;
  /** How much fits; 0: there is one without a bound. */
  readonly capacity: number;
}

// A program may make a queue for each request: those that are gone are forgotten at the latest when so many have come.
const leastFull = 64;

/** The queues of one name, as long as the program has them. */
export class Queues {
  readonly #known = new WeakSet<Contents>();
  #queues: WeakRef<Contents>[] = [];
  #fullAt = leastFull;

  /** One that is known already is not counted twice. */
  add(queue: Contents): void {
    if (this.#known.has(queue)) return;
    this.#known.add(queue);
    if (this.#queues.length >= this.#fullAt) this.#forgetGone();
    this.#queues.push(new WeakRef(queue));
  }

  get level(): QueueLevel {
    const level = { size: 0, capacity: 0 };
    const queues = this.#forgetGone();
    for (const { size, maxSize } of queues) {
      level.size += size;
      level.capacity += maxSize;
    }
    return queues.some(({ maxSize }) => maxSize === 0) ? { ...level, capacity: 0 } : level;
  }

  /** Gives back those that are left. */
  #forgetGone(): Contents[] {
    const left = this.#queues.flatMap((reference) => {
      const queue = reference.deref();
      return queue === undefined ? [] : [{ queue, reference }];
    });
    this.#queues = left.map(({ reference }) => reference);
    this.#fullAt = Math.max(leastFull, 2 * left.length);
    return left.map(({ queue }) => queue);
  }
}
