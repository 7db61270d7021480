import { createObserver, type HolderSnapshot, type PrimitiveSnapshot, type Site } from "@holdup/observer";
import { observe } from "@holdup/primitives";

/** A test that hung: its message tells who waits for what, and who holds it. */
export class HangError extends Error {
  readonly code = "ERR_HANG";

  static {
    this.prototype.name = "HangError";
  }
}

/**
 * Runs `body`, and when it has not ended after `ms` milliseconds of real time, throws an error that tells
 * who waits for what, who holds it, since when and from which line. Give it less than the test's own
 * timeout.
 *
 * @throws HangError; InvalidStateError if another observer is installed
 *
 * @example
 * ```ts
 * test("transfers do not deadlock", () =>
 *   dumpOnTimeout(2_000, async () => {
 *     await Promise.all([transfer(a, b), transfer(b, a)]);
 *   }));
 * ```
 */
export async function dumpOnTimeout<T>(ms: number, body: () => T | PromiseLike<T>): Promise<T> {
  const observer = createObserver({ spans: "none", sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const waited = observer.snapshot().primitives.filter(({ waiters }) => waiters.length > 0);
      reject(
        new HangError([`nothing came of it in ${ms} ms`, ...waited.map(line), ...nobody(waited)].join("\n")),
      );
    }, ms);
  });
  try {
    return await Promise.race([Promise.resolve().then(body), hang]);
  } finally {
    clearTimeout(timer);
  }
}

function line({ name, type, waiters, holders }: PrimitiveSnapshot): string {
  const waiting = waiters.map((waiter) => `  waited for by ${party(waiter)}`);
  const holding = holders.map((holder) => `  held by ${party(holder)}`);
  const free = holders.length === 0 ? ["  held by nobody"] : [];
  return [`${type} "${name}":`, ...holding, ...free, ...waiting].join("\n");
}

function nobody(waited: readonly PrimitiveSnapshot[]): string[] {
  return waited.length === 0 ? ["no primitive is waited for: it waits for something else"] : [];
}

function party({ task, site, sinceMs }: HolderSnapshot): string {
  return `${task ?? "code outside of any task"}${at(site)}, for ${Math.round(sinceMs)} ms`;
}

function at(site: Site | null): string {
  return site === null ? "" : ` at ${site.filePath}:${site.lineNumber} (${site.functionName})`;
}
