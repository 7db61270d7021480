import type { Scope } from "./scope.ts";
import { patient, Waiter, type Room } from "./waiter.ts";

/**
 * Where code waits for other work that it can cancel: the end of a task, of several. A cancel of who
 * waits goes to the work; its end then ends the wait (X9).
 */
export class JoinRoom<T> implements Room {
  readonly describes: string;
  readonly #cancel: (reason: Error) => boolean;
  readonly #waiters = new Set<Waiter>();
  #passing = false;

  /** `cancel` passes a cancel on; false if nobody was there to take it. */
  constructor(describes: string, cancel: (reason: Error) => boolean) {
    this.describes = describes;
    this.#cancel = cancel;
  }

  join(scope: Scope | undefined): Promise<T> {
    const waiter = new Waiter(this, "join");
    const promise = waiter.park<T>(patient, scope);
    this.#waiters.add(waiter);
    // A cancel that came before there was a wait to interrupt goes the same way (X7).
    const pending = scope?.takeForNewWait();
    if (pending !== undefined) waiter.interruption?.interrupt(pending);
    return promise;
  }

  succeed(value: T): void {
    for (const waiter of this.#take()) waiter.succeed(value, true);
  }

  fail(error: unknown): void {
    for (const waiter of this.#take()) waiter.fail(error);
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
  }

  takeBack(): undefined {
    // A result that came too late is lost to this waiter; nothing was lent.
  }

  delivered(): void {
    // Nobody is next.
  }

  #take(): Waiter[] {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    return waiters;
  }
}
