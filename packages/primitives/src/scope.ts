import { AsyncLocalStorage } from "node:async_hooks";
import { Canceller, type Interruptible, type Interrupted } from "./cancellation.ts";
import type { CancelledError } from "./errors.ts";
import type { Task } from "./task.ts";
import type { Variables } from "./context-var.ts";
import type { Waiter } from "./waiter.ts";

/**
 * A stretch of code in which a cancel is delivered: the body of a task, or within it the body of
 * `withTimeout` or `taskGroup`. A cancel reaches the innermost one that runs, and is delivered once, by
 * the wait that it interrupts or by the next one that begins.
 */
export class Scope implements Interruptible {
  /** The task whose code runs in it. */
  readonly task: Task<unknown>;
  /** Values of context variables; shared by all scopes of one task. */
  readonly variables: Variables;
  readonly canceller: Canceller = new Canceller();
  readonly #outer: Scope | undefined;
  /** Whether it has a deadline of its own. */
  timed = false;
  /** How often a cancel was asked for and not taken back (asyncio's `cancelling()`). */
  requests = 0;
  #pending: CancelledError | undefined;
  // Whether a wait that was interrupted carries it: then a wait that begins meanwhile is not its.
  #carried = false;

  constructor(task: Task<unknown>, variables: Variables, outer?: Scope) {
    this.task = task;
    this.variables = variables;
    this.#outer = outer;
  }

  get describes(): string {
    return this.task.name;
  }

  /** Whether a deadline, its own or one further out, may end what waits in it. */
  get mayExpire(): boolean {
    return this.timed || this.#outer?.mayExpire === true;
  }

  /** Asks for a cancel. */
  cancel(error: CancelledError): void {
    this.requests++;
    this.#pending = error;
    const became = this.canceller.interruptAll(() => error);
    // Passed on (to an inner scope, to the task that is awaited): they have taken it over.
    if (became === "passed on") this.#pending = undefined;
    else if (became === "ends") this.#carried = true;
  }

  /** Runs what must not be taken for the wait that delivers the cancel: handlers of the task's signal. */
  aside(fn: () => void): void {
    const carried = this.#carried;
    this.#carried = true;
    fn();
    this.#carried = carried;
  }

  /** Takes one request back; without any, a cancel that was not delivered is withdrawn. */
  uncancel(): void {
    this.requests--;
    if (this.requests === 0) this.#pending = undefined;
  }

  /** The cancel that was asked for and no wait has delivered yet; who takes it, delivers it. */
  takePending(): CancelledError | undefined {
    const error = this.#pending;
    this.#pending = undefined;
    this.#carried = false;
    return error;
  }

  /** The same for a wait that begins: not what another carries already. */
  takeForNewWait(): CancelledError | undefined {
    return this.#carried ? undefined : this.takePending();
  }

  /** Keeps a cancel for the next wait, as one that an inner scope did not deliver. */
  defer(error: CancelledError): void {
    this.#pending = error;
  }

  /** What code in it waits for, further in included. */
  *waits(): Generator<Waiter, void> {
    for (const wait of this.canceller.waiting()) yield* wait.waits();
  }

  interrupt(error: Error): Interrupted {
    this.cancel(error as CancelledError);
    return "passed on";
  }

  /**
   * Runs `body` in a scope inside this one: cancels of this one pass into it. What it did not deliver
   * is pending here afterwards.
   */
  async nested<T>(body: (inner: Scope) => Promise<T>): Promise<T> {
    const inner = new Scope(this.task, this.variables, this);
    const link = this.canceller.watch(inner);
    const pending = this.takeForNewWait();
    if (pending !== undefined) inner.cancel(pending);
    try {
      return await currentScope.run(inner, () => body(inner));
    } finally {
      link.leave();
      const left = inner.requests > 0 ? inner.takePending() : undefined;
      if (left !== undefined) this.defer(left);
    }
  }
}

// On the global object, so that two copies of this package in one process know of each other's tasks.
const key = Symbol.for("holdup.scope.1");
const shared = globalThis as { [key]?: AsyncLocalStorage<Scope> };

/** The scope in which code runs now. */
export const currentScope: AsyncLocalStorage<Scope> = (shared[key] ??= new AsyncLocalStorage<Scope>());

/** The scope in which a wait begins, if any. */
export function scopeNow(): Scope | undefined {
  return currentScope.getStore();
}
