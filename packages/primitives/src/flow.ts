import type { Grant } from "./hold.ts";
import type { Waiter } from "./waiter.ts";

/**
 * Code that runs for as long as something is held, which ends with it: what it waits for keeps the hold from its end.
 * For primitives that run a function; code in a task is known by its task.
 */
export class Flow {
  #hold: Grant | undefined;
  // Most code waits for nothing and holds nothing more.
  #inside: Set<Waiter | Grant> | undefined = undefined;

  constructor(hold: Grant) {
    this.#hold = hold;
  }

  /** What is held for it; undefined after its end. */
  get hold(): Grant | undefined {
    return this.#hold;
  }

  /** What it waits for and what else it has, in the order in which these began. */
  get inside(): Iterable<Waiter | Grant> {
    return this.#inside ?? nothing;
  }

  /** It began to wait, or has something more. */
  began(inner: Waiter | Grant): void {
    if (this.#hold !== undefined) (this.#inside ??= new Set()).add(inner);
  }

  /** That has ended. */
  ended(inner: Waiter | Grant): void {
    this.#inside?.delete(inner);
  }

  /** The hold ends. What was begun and not awaited may go on: it is nobody's now, and a context that lives on keeps nothing alive. */
  end(): void {
    this.#hold = undefined;
    this.#inside = undefined;
  }
}

const nothing: readonly (Waiter | Grant)[] = [];
