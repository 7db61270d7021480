import { kindOf, noOptions } from "./argument.ts";
import { CancelledError, invalidArgument, InvalidStateError, isCancelled } from "./errors.ts";
import { variablesNow } from "./context-var.ts";
import { JoinRoom } from "./join.ts";
import { currentScope, Scope, scopeNow } from "./scope.ts";
import type { Waiter } from "./waiter.ts";

/** Work for those that run several at once: a function that starts it, or a task that runs already. */
export type Work<T> = TaskFunction<T> | Task<T>;

/** What comes of work. */
export type Result<W> = W extends Work<infer T> ? T : never;

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
 * a stream) is interrupted through `signal`, which stays aborted. With several waits open at once, all are
 * cancelled, and the cancel counts as delivered, even if nobody looks at one of them.
 */
export class Task<T> implements PromiseLike<T> {
  readonly id: string;
  readonly name: string;
  /** Not for users: the tasks of one `run`, which ends them; undefined outside. */
  readonly family: Set<Task<unknown>> | undefined;
  /** Not for users: where its group waits for it; undefined if it was not spawned in one. */
  group: JoinRoom<void> | undefined = undefined;
  /** Not for users: the observer's own, see the seam. Here, not in a map, so that it costs one load. */
  note: unknown = undefined;
  readonly #scope: Scope = new Scope(this as Task<unknown>, variablesNow().copy());
  readonly #verdict: Verdict = { retrieved: false, error: undefined, name: "" };
  readonly #promise: Promise<T>;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;
  #state: "running" | "fulfilled" | "rejected" | "cancelled" = "running";
  #controller: AbortController | undefined;
  #cancelled: CancelledError | undefined;
  #joiners: JoinRoom<T> | undefined;
  #outcome: Outcome<T> | undefined;
  #watchers: ((outcome: Outcome<T>) => void)[] = [];

  /** Use `spawn`. @throws TypeError for what is no function */
  constructor(
    fn: TaskFunction<T>,
    options: TaskOptions = {},
    family: Set<Task<unknown>> | undefined = familyNow(),
  ) {
    if (typeof fn !== "function") {
      throw invalidArgument(`a task takes a function, not ${kindOf(fn)}; wrap a promise in a function`);
    }
    const error = noOptions(options, "a task");
    if (error !== undefined) throw error;
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
    this.#scope.cancel(error);
    // Its handlers run in the scope of who cancels; of this task, that may be one further in.
    this.#scope.aside(() => (scopeNow() ?? this.#scope).aside(() => this.#controller?.abort(error)));
    return true;
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
    if (scope?.task === (this as Task<unknown>)) {
      return Promise.reject(new InvalidStateError(`${this.name} awaits itself, which would never end`));
    }
    if (scope === undefined || this.done) return this.#promise;
    this.#joiners ??= new JoinRoom<T>(
      this.name,
      (reason) => this.cancel(reason.cause),
      () => ({ tasks: [this as Task<unknown>], need: "all" }),
    );
    return this.#joiners.join(scope);
  }

  /** Not for users: what its code waits for right now, of this package. For those who look for waits that can't end. */
  waits(): Waiter[] {
    return [...this.#scope.waits()];
  }

  /** How it ended; undefined while it runs. */
  get outcome(): Outcome<T> | undefined {
    return this.#outcome;
  }

  /** Not for users, who await it: has `watcher` called when it ends; at once if it has. Unlike awaiting, that does not count as looking at its error. */
  watch(watcher: (outcome: Outcome<T>) => void): void {
    if (this.#outcome === undefined) this.#watchers.push(watcher);
    else watcher(this.#outcome);
  }

  /** Not for users: says that someone has looked at its error. */
  retrieved(): void {
    this.#verdict.retrieved = true;
  }

  async #run(fn: TaskFunction<T>): Promise<void> {
    try {
      const early = this.#scope.takePending();
      if (early !== undefined) throw early;
      const value = await currentScope.run(this.#scope, async () => await fn());
      const late = this.#scope.takePending();
      if (late !== undefined) throw late;
      this.#end("fulfilled", { status: "fulfilled", value });
      this.#resolve(value);
      this.#joiners?.succeed(value);
    } catch (error) {
      this.#end(isCancelled(error) ? "cancelled" : "rejected", { status: "rejected", reason: error });
      this.#reject(error);
      this.#joiners?.fail(error);
      if (!this.cancelled) watchForRetrieval(this, this.#verdict, error);
    }
  }

  #end(state: "fulfilled" | "rejected" | "cancelled", outcome: Outcome<T>): void {
    this.#state = state;
    this.#outcome = outcome;
    live.delete(this as Task<unknown>);
    this.family?.delete(this as Task<unknown>);
    for (const watcher of this.#watchers) watcher(outcome);
    this.#watchers = [];
  }
}

/** How a task ended. */
export type Outcome<T> = { status: "fulfilled"; value: T } | { status: "rejected"; reason: unknown };

let lastId = 0;

const live = new Set<Task<unknown>>();

/**
 * Starts `fn` as a task, after the spawner's next await.
 *
 * @throws TypeError, at once, for what is no function
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

/** The task of some work, started if it is a function. @throws TypeError for anything else */
export function taskOf<T>(work: Work<T>): Task<T> {
  if (work instanceof Task) return work;
  if (typeof work === "function") return new Task(work);
  throw invalidArgument(
    `work must be a function or a task, not ${kindOf(work)}; wrap a promise in a function`,
  );
}

/** The task that runs this code; undefined outside of any. */
export function currentTask(): Task<unknown> | undefined {
  return scopeNow()?.task;
}

/** All tasks that have not ended. */
export function allTasks(): Task<unknown>[] {
  return [...live];
}

function familyNow(): Set<Task<unknown>> | undefined {
  return currentTask()?.family;
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
