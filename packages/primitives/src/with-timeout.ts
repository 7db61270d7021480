import { noFunction } from "./argument.ts";
import { after, noDuration, type Alarm } from "./clock.ts";
import { CancelledError, InvalidStateError, isCancelled, TimeoutError } from "./errors.ts";
import { scopeNow, type Scope } from "./scope.ts";
import { Task, taskOf, type Work } from "./task.ts";

/** The deadline of a `withTimeout`, as its body sees it. */
export interface Timeout {
  /** Sets the deadline anew, `ms` milliseconds from now. @throws InvalidStateError when it is over */
  reschedule(ms: number): void;
  /** Whether the deadline has passed. */
  readonly expired: boolean;
}

/**
 * Runs `fn` under a deadline: when it passes, `fn`'s current or next wait is cancelled, and what is
 * thrown on the way out becomes a TimeoutError whose `cause` is the CancelledError. The task itself is
 * not cancelled and goes on. A cancel from outside stays a CancelledError.
 *
 * With 0 or less, `fn` runs up to its first wait. `Infinity`: no deadline. It may take longer than `ms`:
 * `fn`'s clean-up is awaited.
 *
 * @throws TimeoutError; RangeError for NaN; TypeError for what is no function
 *
 * @example
 * ```ts
 * const page = await withTimeout(2_000, async (timeout) => {
 *   const head = await readHead();
 *   timeout.reschedule(10_000); // it answers: give it time
 *   return readBody(head);
 * });
 * ```
 */
export function withTimeout<T>(ms: number, fn: (timeout: Timeout) => Promise<T>): Promise<T> {
  const error = noDuration(ms, "the time of withTimeout") ?? noFunction(fn, "withTimeout");
  if (error !== undefined) return Promise.reject(error);
  const scope = scopeNow();
  // Outside of any task there is nothing to cancel: make one.
  if (scope === undefined)
    return Promise.resolve(new Task(() => withTimeout(ms, fn), { name: "withTimeout" }));
  return scope.nested((inner) => new Deadline(inner, ms).run(fn));
}

/**
 * Waits for work, `ms` milliseconds at most: then cancels it, waits for its clean-up, and throws a
 * TimeoutError. With 0 or less, work that did not start never does. `Infinity`: no deadline.
 *
 * @throws TimeoutError; what the work throws in its clean-up; RangeError for NaN
 */
export async function waitFor<T>(work: Work<T>, ms: number): Promise<T> {
  const error = noDuration(ms, "the time of waitFor");
  if (error !== undefined) throw error;
  if (ms > 0) return withTimeout(ms, async () => await taskOf(work));
  if (typeof work === "function")
    throw new TimeoutError("the work was not started: there was no time for it");
  const task = taskOf(work);
  const scope = scopeNow();
  if (task.done || scope === undefined) return await endOf(task);
  return scope.nested((inner) => endOf(task, inner));
}

/** The end of a task that is given no time; of one that was done, its result. */
async function endOf<T>(task: Task<T>, scope?: Scope): Promise<T> {
  const late = task.cancel("there was no time for it");
  try {
    return await task;
  } catch (error) {
    // Who waits may have been cancelled meanwhile: that is no timeout.
    const foreign = scope !== undefined && scope.requests > 0;
    if (!late || foreign || !isCancelled(error)) throw error;
    throw new TimeoutError(`${task.name} was not done yet`, { cause: error });
  }
}

class Deadline implements Timeout {
  readonly #scope: Scope;
  #ms: number;
  #alarm: Alarm | undefined;
  #expired = false;
  #over = false;

  constructor(scope: Scope, ms: number) {
    this.#scope = scope;
    this.#ms = ms;
    this.#set(ms);
  }

  get expired(): boolean {
    return this.#expired;
  }

  reschedule(ms: number): void {
    const error = noDuration(ms, "the new time");
    if (error !== undefined) throw error;
    if (this.#over || this.#expired) {
      throw new InvalidStateError(
        `the timeout ${this.#over ? "is over" : "has expired"} and can't be set anew`,
      );
    }
    this.#alarm?.cancel();
    this.#ms = ms;
    this.#set(ms);
  }

  async run<T>(fn: (timeout: Timeout) => Promise<T>): Promise<T> {
    try {
      return await fn(this);
    } catch (error) {
      throw this.#expired ? this.#translated(error) : error;
    } finally {
      this.#over = true;
      this.#alarm?.cancel();
      if (this.#expired) this.#scope.uncancel();
    }
  }

  #set(ms: number): void {
    this.#scope.timed = ms !== Number.POSITIVE_INFINITY;
    // With no time left it passes in the next turn: the body runs up to its first wait.
    if (ms !== Number.POSITIVE_INFINITY) this.#alarm = after(ms, () => this.#expire());
  }

  #expire(): void {
    this.#expired = true;
    this.#scope.cancel(new CancelledError(`the timeout of ${this.#ms} ms has expired`));
  }

  #translated(error: unknown): unknown {
    // Asked for more than once: someone else wants the task to end, too.
    const foreign = this.#scope.requests > 1;
    if (isCancelled(error)) return foreign ? error : this.#timeoutError(error);
    // Passes as it is, and tells what it came of, if it lets itself be told.
    if (error instanceof Error && error.cause === undefined)
      Reflect.set(error, "cause", this.#timeoutError(undefined));
    return error;
  }

  #timeoutError(cause: unknown): TimeoutError {
    const options = cause === undefined ? undefined : { cause };
    return new TimeoutError(`it took longer than ${this.#ms} ms`, options);
  }
}
