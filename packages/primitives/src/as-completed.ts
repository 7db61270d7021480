import { noOptions } from "./argument.ts";
import { after, noDuration, type Alarm } from "./clock.ts";
import { invalidArgument, TimeoutError } from "./errors.ts";
import { JoinRoom } from "./join.ts";
import { scopeNow } from "./scope.ts";
import { taskOf, type Outcome, type Task, type Work } from "./task.ts";

/** How one piece of work ended; `index` is its place among the arguments. */
export type Settled<T> =
  | { index: number; status: "fulfilled"; value: T }
  | { index: number; status: "rejected"; reason: unknown };

/**
 * Gives the outcomes of work in the order in which it is done. All of it starts at once, in the order of
 * the arguments: nothing about it is lazy. Leaving the loop cancels nothing, and a second loop over the
 * same object goes on where the first one left.
 *
 * @throws TypeError for something that is no list of work; TimeoutError, from the loop, when `timeout`
 *   milliseconds after the call not all is done
 *
 * @example
 * ```ts
 * for await (const { index, status } of asCompleted(urls.map((url) => () => load(url)))) report(urls[index], status);
 * ```
 */
export function asCompleted<T>(
  work: Iterable<Work<T>>,
  options: { timeout?: number | undefined } = {},
): AsyncIterable<Settled<T>> {
  if (typeof (work as { [Symbol.iterator]?: unknown } | null)?.[Symbol.iterator] !== "function") {
    throw invalidArgument("asCompleted takes a list of work, not a single one");
  }
  const wrong = noOptions(options, "asCompleted");
  if (wrong !== undefined) throw wrong;
  const { timeout = Number.POSITIVE_INFINITY } = options;
  const error = noDuration(timeout, "timeout");
  if (error !== undefined) throw error;
  return new Completions(
    Array.from(work, (one) => taskOf(one)),
    timeout,
  );
}

class Completions<T> implements AsyncIterableIterator<Settled<T>> {
  readonly #ready: Settled<T>[] = [];
  readonly #room = new JoinRoom<void>("the next completion", () => false);
  readonly #timeout: number;
  #alarm: Alarm | undefined;
  #open: number;
  #late = false;

  constructor(tasks: readonly Task<T>[], timeout: number) {
    const indexes = new Map<Task<T>, number>();
    for (const [index, task] of tasks.entries()) if (!indexes.has(task)) indexes.set(task, index);
    this.#timeout = timeout;
    this.#open = indexes.size;
    if (timeout !== Number.POSITIVE_INFINITY) this.#alarm = after(timeout, () => this.#expire());
    for (const [task, index] of indexes) task.watch((outcome) => this.#completed(task, index, outcome));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Settled<T>, undefined>> {
    while (this.#ready.length === 0 && this.#open > 0 && !this.#late) await this.#room.join(scopeNow());
    const value = this.#ready.shift();
    if (value !== undefined) return { value, done: false };
    if (this.#open > 0) throw new TimeoutError(`not everything was done within ${this.#timeout} ms`);
    return { value: undefined, done: true };
  }

  #completed(task: Task<T>, index: number, outcome: Outcome<T>): void {
    task.retrieved();
    this.#ready.push({ index, ...outcome });
    this.#open--;
    if (this.#open === 0) this.#alarm?.cancel();
    this.#room.succeed();
  }

  #expire(): void {
    this.#late = true;
    this.#room.succeed();
  }
}
