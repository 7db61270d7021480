import { noFunction, noOptions } from "./argument.ts";
import { CancelledError, InvalidStateError, isCancelled } from "./errors.ts";
import { ExceptionGroup } from "./exception-group.ts";
import { JoinRoom } from "./join.ts";
import { isWatched } from "./observer.ts";
import { scopeNow, type Scope } from "./scope.ts";
import { Subject } from "./subject.ts";
import { Task, type Outcome, type TaskFunction, type TaskOptions } from "./task.ts";

/** Tasks that end together. */
export interface TaskGroup {
  /** Starts a task of this group. @throws InvalidStateError when the group is ending or over; TypeError for what is no function */
  spawn<T>(fn: TaskFunction<T>, options?: TaskOptions): Task<T>;
  /** Aborted when the group gives up: one of its tasks or its body failed, or it was cancelled. */
  readonly signal: AbortSignal;
}

/**
 * Runs `body`, then waits for all tasks that were spawned in the group: none outlives it. If one fails,
 * or the body does, the others and the body's current wait are cancelled, all are awaited, and an
 * ExceptionGroup of all errors is thrown. A task that is cancelled by itself is no error.
 *
 * A cancel from outside cancels all tasks and passes; together with errors, the group of errors is
 * thrown and the cancel is delivered at the caller's next wait.
 *
 * @throws ExceptionGroup; CancelledError; TypeError for a body that is no function
 *
 * @example
 * ```ts
 * const [user, orders] = await taskGroup(async (group) => {
 *   const user = group.spawn(() => loadUser(id));
 *   const orders = group.spawn(() => loadOrders(id));
 *   return [await user, await orders];
 * });
 * ```
 */
export function taskGroup<T>(
  body: (group: TaskGroup) => T | PromiseLike<T>,
  options: { name?: string | undefined } = {},
): Promise<T> {
  const error = noFunction(body, "taskGroup") ?? noOptions(options, "taskGroup");
  if (error !== undefined) return Promise.reject(error);
  const subject = isWatched() ? new Subject("task_group", { name: options.name }, 0, taskGroup) : undefined;
  // Outside of any task there is nothing to cancel: make one.
  if (scopeNow() === undefined)
    return Promise.resolve(new Task(() => start(body, options, subject), options));
  return start(body, options, subject);
}

function start<T>(
  body: (group: TaskGroup) => T | PromiseLike<T>,
  options: { name?: string | undefined },
  subject: Subject | undefined,
): Promise<T> {
  const scope = scopeNow() as Scope;
  return scope.nested((inner) => new Group(inner, scope, options.name ?? "task group", subject).run(body));
}

class Group implements TaskGroup {
  readonly #scope: Scope;
  readonly #outer: Scope;
  readonly #name: string;
  readonly #children = new Set<Task<unknown>>();
  readonly #errors: unknown[] = [];
  readonly #controller = new AbortController();
  readonly #ended: JoinRoom<void>;
  #inBody = true;
  #aborting = false;
  // Whether the body's wait was cancelled by us.
  #cancelledBody = false;
  #over = false;
  /** A cancel from outside. */
  #cancel: Error | undefined;

  constructor(scope: Scope, outer: Scope, name: string, subject: Subject | undefined) {
    this.#scope = scope;
    this.#outer = outer;
    this.#name = name;
    this.#ended = new JoinRoom<void>(
      `the tasks of ${name}`,
      (error) => this.#cancelledFromOutside(error),
      () => ({ tasks: this.#children, need: "all" }),
    );
    this.#ended.subject = subject;
    this.#ended.listed = true;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  spawn<T>(fn: TaskFunction<T>, options: TaskOptions = {}): Task<T> {
    if (this.#over || this.#aborting) {
      throw new InvalidStateError(
        `${this.#name} is ${this.#over ? "over" : "ending"}; nothing can be spawned in it`,
      );
    }
    const task = new Task(fn, options);
    const child = task as Task<unknown>;
    child.group = this.#ended;
    this.#children.add(child);
    child.watch((outcome) => this.#childEnded(child, outcome));
    return task;
  }

  async run<T>(body: (group: TaskGroup) => T | PromiseLike<T>): Promise<T> {
    let value: T | undefined;
    try {
      value = await body(this);
    } catch (error) {
      this.#bodyFailed(error);
    }
    this.#inBody = false;
    if (this.#cancelledBody) this.#scope.uncancel();
    // A cancel that came when the body had nothing left to wait for.
    const late = this.#scope.takePending();
    if (late !== undefined) this.#cancelledFromOutside(late);
    // While some live they may spawn more; cancels only hurry them.
    while (this.#children.size > 0) {
      // It fails only by a cancel that came when the last had just ended.
      await this.#ended.join(this.#scope).catch((error: Error) => this.#cancelledFromOutside(error));
    }
    this.#over = true;
    return this.#conclude(value as T);
  }

  #conclude<T>(value: T): T {
    if (this.#errors.length > 0) {
      // Not one that the body brought along from a task that was cancelled by itself: nobody asked for it.
      const asked = this.#scope.requests > 0;
      if (this.#cancel !== undefined && asked) this.#outer.defer(this.#cancel as CancelledError);
      const count = this.#errors.length;
      const noun = count === 1 ? "sub-exception" : "sub-exceptions";
      throw new ExceptionGroup(`unhandled errors in a TaskGroup (${count} ${noun})`, this.#errors);
    }
    if (this.#cancel !== undefined) throw this.#cancel;
    return value;
  }

  #bodyFailed(error: unknown): void {
    const own = this.#cancelledBody ? 1 : 0;
    if (!isCancelled(error)) this.#errors.push(error);
    else if (own === 0 || this.#scope.requests > own) this.#cancel = error as Error;
    this.#abort();
  }

  #childEnded(child: Task<unknown>, outcome: Outcome<unknown>): void {
    this.#children.delete(child);
    if (outcome.status === "rejected" && !child.cancelled) {
      child.retrieved();
      this.#errors.push(outcome.reason);
      this.#abort();
    }
    if (this.#children.size === 0) this.#ended.succeed();
  }

  #cancelledFromOutside(error: Error): boolean {
    this.#cancel = error;
    this.#abort();
    return true;
  }

  #abort(): void {
    if (this.#aborting) return;
    this.#aborting = true;
    const reason = new CancelledError(`${this.#name} is ending`);
    this.#controller.abort(reason);
    for (const child of this.#children) child.cancel(reason.message);
    if (!this.#inBody || this.#errors.length === 0) return;
    this.#cancelledBody = true;
    this.#scope.cancel(reason);
  }
}
