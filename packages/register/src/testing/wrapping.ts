import { createObserver, type HoldupObserver, type PrimitiveSnapshot } from "@holdup/observer";
import { observe } from "@holdup/primitives";
import type { Library } from "../instrumentation/library.ts";
import { Patches } from "../instrumentation/patches.ts";
import { refill } from "../instrumentation/site-above.ts";

/** A library that is wrapped, in this process, until disposed. */
export class Wrapping<Exports> implements Disposable {
  readonly exports: Exports;
  readonly #observer: HoldupObserver = createObserver({ sitesPerSecond: 100_000 });
  readonly #observing: Disposable;
  readonly #patches = new Patches();

  constructor(library: Library, exports: Exports) {
    refill();
    this.#observing = observe(this.#observer);
    library.wrapNode?.(this.#patches);
    this.exports = (library.wrap?.(exports, this.#patches) ?? exports) as Exports;
  }

  /** What is known of everything that was made on a line of a file, by its name. */
  named(name: RegExp): PrimitiveSnapshot {
    const found = this.#observer.snapshot().primitives.filter((primitive) => name.test(primitive.name));
    if (found.length === 1) return found[0] as PrimitiveSnapshot;
    throw new Error(`there are ${found.length} primitives that are called like ${name}`);
  }

  /** The only one. */
  get only(): PrimitiveSnapshot {
    return this.named(/^/);
  }

  [Symbol.dispose](): void {
    this.#patches.undo();
    this.#observing[Symbol.dispose]();
  }
}

/** How many operations of a primitive there were, and how many had to wait. */
export function counts({ operations, contended, byHolder, holders, waiters }: PrimitiveSnapshot): object {
  const holds = byHolder.reduce((sum, row) => sum + row.holds, 0);
  return { operations, contended, holds, holding: holders.length, waiting: waiters.length };
}

/** The functions that asked, and those that held, each once. */
export function parties({ byWaiter, byHolder }: PrimitiveSnapshot): { waiters: string[]; holders: string[] } {
  return { waiters: functionNames(byWaiter), holders: functionNames(byHolder) };
}

function functionNames(rows: PrimitiveSnapshot["byWaiter" | "byHolder"]): string[] {
  return rows
    .map(({ site }) => site?.functionName ?? "unknown")
    .toSorted((one, other) => one.localeCompare(other));
}
