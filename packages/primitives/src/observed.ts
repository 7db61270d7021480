import { noStream } from "./argument.ts";
import { Grant, type Lender } from "./hold.ts";
import { currentScope, Scope, scopeNow } from "./scope.ts";
import { Subject, type Named } from "./subject.ts";
import { WaitQueue } from "./wait-queue.ts";
import { patient, type Waiter } from "./waiter.ts";

/**
 * Has a stream measured: the time that its consumer waits for the source is a wait, the time that it
 * works on an item is a hold. Items, errors, order and early ends are the source's own.
 *
 * @throws TypeError, at once, for what is no async iterable
 *
 * @example
 * ```ts
 * for await (const row of observed(readRows(), "rows")) await insert(row);
 * ```
 */
export function observed<T>(source: AsyncIterable<T>, options?: Named): AsyncIterable<T> {
  const error = noStream(source, "observed");
  if (error !== undefined) throw error;
  const subject = new Subject("stream", options, 0, observed);
  return { [Symbol.asyncIterator]: () => watch(source, subject) };
}

async function* watch<T>(source: AsyncIterable<T>, subject: Subject): AsyncGenerator<T, void> {
  const consumer: Lender = { subject, giveBack() {} };
  let parked: Waiter | undefined;
  const line = new WaitQueue(subject, { parked: (waiter) => (parked = waiter) });
  const iterator = source[Symbol.asyncIterator]();
  let finished = false;
  try {
    for (;;) {
      undisturbed(() => void line.wait(patient, "get").catch(() => {}));
      const waiter = parked;
      const result = await next(iterator, line, waiter);
      if (result.done === true) {
        finished = true;
        if (waiter?.state === "parked") line.grant(waiter, undefined);
        return;
      }
      const grant = new Grant(consumer, 1);
      if (waiter?.state === "parked") line.grant(waiter, undefined, grant);
      try {
        yield result.value;
      } finally {
        if (grant.live) grant.end();
      }
    }
  } catch (error) {
    finished = true;
    throw error;
  } finally {
    if (!finished) await iterator.return?.();
  }
}

// A scope of its own, which no cancel reaches: the cancel is for the source's wait, or for the consumer's next one.
function undisturbed(wait: () => void): void {
  const scope = scopeNow();
  if (scope === undefined) wait();
  else currentScope.run(new Scope(scope.task, scope.variables), wait);
}

async function next<T>(
  iterator: AsyncIterator<T>,
  line: WaitQueue,
  waiter: Waiter | undefined,
): Promise<IteratorResult<T>> {
  try {
    return await iterator.next();
  } catch (error) {
    if (waiter?.state === "parked") line.fail(waiter, error as Error);
    throw error;
  }
}
