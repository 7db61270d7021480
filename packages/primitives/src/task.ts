import { Canceller, currentScope, type CancelScope } from "./cancellation.ts";
import { CancelledError, InvalidStateError, isCancelled } from "./errors.ts";
import { scopeNow, Waiter, patient, type Room } from "./waiter.ts";

/** The options of a task. */
export interface TaskOptions {
  /** For messages and telemetry. @default `task-<number>` */
  name?: string | undefined;
}

/** What a task does. */
export type TaskFunction<T> = () => T | PromiseLike<T>;

/**
 * Work that runs beside its spawner and can be cancelled. Made by `spawn`; await it for its result.
 *
 * A cancel is delivered once, as a CancelledError thrown by the task's current or next operation of
 * this package that has to wait. A task that catches it goes on. What waits for other things (fetch,
 * a stream) is interrupted through `signal`, which stays aborted.
 */
export class Task<T> implements PromiseLike<T>, CancelScope {
  readonly id: string;
  readonly name: string;
  /** The tasks of one `run`, which ends them; undefined outside. */
  readonly family: Set<Task<unknown>> | undefined;
  readonly canceller: Canceller = new Canceller();
  readonly #verdict: Verdict = { retrieved: false, error: undefined, name: "" };
  readonly #promise: Promise<T>;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;
  #state: "running" | "fulfilled" | "rejected" | "cancelled" = "running";
  #pending: CancelledError | undefined;
  #controller: AbortController | undefined;
  #cancelled: CancelledError | undefined;
  #joiners: JoinRoom<T> | undefined;

  /** Use `spawn`. */
  constructor(
    fn: TaskFunction<T>,
    options: TaskOptions = {},
    family: Set<Task<unknown>> | undefined = familyNow(),
  ) {
    this.id = String(++lastId);
    this.name = options.name ?? `task-${this.id}`;
    this.family = family;
    this.#verdict.name = this.name;
    this.#promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A failure is the awaiter's to handle; one that nobody awaits is reported late, never fatal (X13).
    this.#promise.catch(() => {});
    live.add(this as Task<unknown>);
    family?.add(this as Task<unknown>);
    queueMicrotask(() => void this.#run(fn));
  }

  /** Whether it has ended, in whatever way. */
  get done(): boolean {
    return this.#state !== "running";
  }

  /** Whether it ended by a cancel. */
  get cancelled(): boolean {
    return this.#state === "cancelled";
  }

  /** Aborted by the first `cancel()`, and so for good. For fetch and the like. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled !== undefined) this.#controller.abort(this.#cancelled);
    }
    return this.#controller.signal;
  }

  /**
   * Asks the task to end. True unless it is done; the task may still refuse, by catching the error.
   * `reason` becomes the `cause` of the CancelledError.
   */
  cancel(reason?: unknown): boolean {
    if (this.done) return false;
    const error = new CancelledError(
      `${this.name} was cancelled`,
      reason === undefined ? undefined : { cause: reason },
    );
    this.#cancelled = error;
    this.#controller?.abort(error);
    // Pending until a wait delivers it: the one that it interrupts now, or the next that begins.
    this.#pending = error;
    if (this.canceller.interruptAll(() => error)) this.#pending = undefined;
    return true;
  }

  takePending(): CancelledError | undefined {
    const error = this.#pending;
    this.#pending = undefined;
    return error;
  }

  /** Inside another task, awaiting this one is an operation that waits: a cancel passes through to this one (X9). */
  // A task is awaited like the promise that it stands for.
  // oxlint-disable-next-line unicorn/no-thenable
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#joined().then(onFulfilled, onRejected);
  }

  #joined(): Promise<T> {
    this.#verdict.retrieved = true;
    const scope = scopeNow();
    if (scope === (this as CancelScope)) {
      return Promise.reject(new InvalidStateError(`${this.name} awaits itself, which would never end`));
    }
    if (scope === undefined || this.done) return this.#promise;
    const pending = scope.takePending();
    if (pending !== undefined) this.cancel(pending.cause);
    this.#joiners ??= new JoinRoom<T>(this);
    return this.#joiners.join(scope);
  }

  async #run(fn: TaskFunction<T>): Promise<void> {
    try {
      const early = this.takePending();
      if (early !== undefined) throw early;
      const value = await currentScope.run(this, fn);
      const late = this.takePending();
      if (late !== undefined) throw late;
      this.#end("fulfilled");
      this.#resolve(value);
      this.#joiners?.succeed(value);
    } catch (error) {
      this.#end(isCancelled(error) ? "cancelled" : "rejected");
      this.#reject(error);
      this.#joiners?.fail(error);
      if (!this.cancelled) watchForRetrieval(this, this.#verdict, error);
    }
  }

  #end(state: "fulfilled" | "rejected" | "cancelled"): void {
    this.#state = state;
    live.delete(this as Task<unknown>);
    this.family?.delete(this as Task<unknown>);
  }
}

let lastId = 0;

const live = new Set<Task<unknown>>();

/**
 * Starts `fn` as a task, after the spawner's next await.
 *
 * @example
 * ```ts
 * const refresh = spawn(() => cache.refresh(), { name: "refresh" });
 * // ...
 * refresh.cancel("shutting down");
 * ```
 */
export function spawn<T>(fn: TaskFunction<T>, options?: TaskOptions): Task<T> {
  return new Task(fn, options);
}

/** The task that runs this code; undefined outside of any. */
export function currentTask(): Task<unknown> | undefined {
  // Only tasks are scopes; not asked by `instanceof`, for it may be a task of another copy of this package.
  return scopeNow() as Task<unknown> | undefined;
}

/** All tasks that have not ended. */
export function allTasks(): Task<unknown>[] {
  return [...live];
}

function familyNow(): Set<Task<unknown>> | undefined {
  return currentTask()?.family;
}

/** Where tasks wait for the end of another. */
class JoinRoom<T> implements Room {
  readonly #task: Task<T>;
  readonly #waiters = new Set<Waiter>();

  constructor(task: Task<T>) {
    this.#task = task;
  }

  get describes(): string {
    return this.#task.name;
  }

  join(scope: CancelScope): Promise<T> {
    const waiter = new Waiter(this, 0, 0);
    const promise = waiter.park<T>(patient, scope);
    this.#waiters.add(waiter);
    return promise;
  }

  succeed(value: T): void {
    for (const waiter of this.#waiters) waiter.succeed(value, true);
  }

  fail(error: unknown): void {
    for (const waiter of this.#waiters) waiter.fail(error);
  }

  /** A cancel of who waits goes to the task waited for; its end then ends the wait. */
  passOn(error: Error): boolean {
    return this.#task.cancel(error.cause);
  }

  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  takeBack(): void {
    // A result that came too late is lost to this waiter; nothing was lent.
  }

  delivered(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }
}

interface Verdict {
  retrieved: boolean;
  error: unknown;
  name: string;
}

type ErrorListener = (error: unknown, taskName: string) => void;

let listener: ErrorListener = (error, taskName) => {
  console.error(`${taskName} failed and nobody awaited it:`, error);
};

/**
 * Replaces what is called, once, for each error of a task that nobody awaited, when the task is
 * garbage-collected. @default it is printed with `console.error`
 */
export function onUnretrievedError(replacement: ErrorListener): Disposable {
  const before = listener;
  listener = replacement;
  return {
    [Symbol.dispose]() {
      listener = before;
    },
  };
}

/** Reports an error that nobody will retrieve. */
export function reportUnretrieved(error: unknown, taskName: string): void {
  listener(error, taskName);
}

const forgotten = new FinalizationRegistry<Verdict>(({ retrieved, error, name }) => {
  if (!retrieved) listener(error, name);
});

function watchForRetrieval(task: object, verdict: Verdict, error: unknown): void {
  if (verdict.retrieved) return;
  verdict.error = error;
  // A stack that was never read keeps the frames' `this` alive, and so this task: have it formatted.
  if (error instanceof Error) void error.stack;
  forgotten.register(task, verdict);
}
