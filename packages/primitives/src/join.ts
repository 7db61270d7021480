import { seam } from "./observer.ts";
import type { Scope } from "./scope.ts";
import type { Subject } from "./subject.ts";
import type { Task } from "./task.ts";
import { failureOf } from "./failure.ts";
import { patient, Waiter, type Room } from "./waiter.ts";

/** Whose end is waited for, and whether that of all or of any. For those who look for waits that can't end. */
export interface Awaited {
  readonly tasks: Iterable<Task<unknown>>;
  readonly need: "all" | "any";
}

/**
 * Where code waits for other work that it can cancel: the end of a task, of several. A cancel of who
 * waits goes to the work; its end then ends the wait (X9).
 */
export class JoinRoom<T> implements Room {
  readonly describes: string;
  readonly #cancel: (reason: Error) => boolean;
  readonly #awaited: (() => Awaited) | undefined;
  readonly #waiters = new Set<Waiter>();
  #passing = false;
  /** What it is to those who measure, if that is more than a pause. */
  subject: Subject | undefined = undefined;
  /** Whether who waits in it is among the `openJoins`. */
  listed = false;

  /**
   * `cancel` passes a cancel on; false if nobody was there to take it. Without `awaited` it waits for something
   * that is no task.
   */
  constructor(describes: string, cancel: (reason: Error) => boolean, awaited?: () => Awaited) {
    this.describes = describes;
    this.#cancel = cancel;
    this.#awaited = awaited;
  }

  /** Whose end is waited for; undefined if it is not the end of tasks. */
  get awaited(): Awaited | undefined {
    return this.#awaited?.();
  }

  join(scope: Scope | undefined): Promise<T> {
    const waiter = new Waiter(this, "join");
    const promise = waiter.park<T>(patient, scope);
    this.#waiters.add(waiter);
    if (this.listed) open.add(waiter);
    if (this.subject !== undefined) seam.parked(waiter, patient);
    else if (scope !== undefined) seam.pausing(waiter);
    // A cancel that came before there was a wait to interrupt goes the same way (X7).
    const pending = scope?.takeForNewWait();
    if (pending !== undefined) waiter.interruption?.interrupt(pending);
    return promise;
  }

  succeed(value: T): void {
    for (const waiter of this.#take()) {
      if (this.subject !== undefined) seam.granted(waiter);
      waiter.succeed(value, true);
    }
  }

  fail(error: unknown): void {
    for (const waiter of this.#take()) {
      if (this.subject !== undefined) seam.withdrawn(waiter);
      waiter.fail(error);
    }
  }

  passOn(error: Error): boolean {
    // Those who wait for each other in a circle would pass it on for ever.
    if (this.#passing) return false;
    this.#passing = true;
    try {
      return this.#cancel(error);
    } finally {
      this.#passing = false;
    }
  }

  readonly mayFail = true;

  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    open.delete(waiter);
    if (this.subject !== undefined) seam.withdrawn(waiter);
  }

  takeBack(waiter: Waiter): undefined {
    if (this.subject !== undefined) seam.withdrawn(waiter);
    // A result that came too late is lost to this waiter; nothing was lent.
  }

  delivered(waiter: Waiter, succeeded: boolean): void {
    if (this.subject === undefined) seam.paused(waiter);
    else if (succeeded) seam.resumed(waiter);
    else seam.left(waiter, failureOf(waiter.outcome));
  }

  #take(): Waiter[] {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    if (this.listed) for (const waiter of waiters) open.delete(waiter);
    return waiters;
  }
}

const open = new Set<Waiter>();

/** Who waits for several tasks at once, in a task or outside of any. For those who look for waits that can't end. */
export function openJoins(): ReadonlySet<Waiter> {
  return open;
}
