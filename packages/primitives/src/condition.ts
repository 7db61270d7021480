import { kindOf, noFunction } from "./argument.ts";
import { now } from "./clock.ts";
import { invalidArgument, NotHeldError, outOfRange } from "./errors.ts";
import type { Grant, Hold } from "./hold.ts";
import { Lock } from "./lock.ts";
import { Subject, type Named } from "./subject.ts";
import { WaitQueue, type AcquireOptions } from "./wait-queue.ts";
import { patient, type Waiter, type WaitOptions } from "./waiter.ts";

/**
 * Lets those who hold a lock wait for a change of what it protects. `wait` gives the lock up, waits to
 * be notified, and has it again when it returns or throws: the same hold is valid again.
 *
 * Whoever is notified looks again: another may have been faster. `waitFor` does that.
 *
 * @example
 * ```ts
 * const changed = new Condition();
 *
 * async function take() {
 *   using hold = await changed.acquire();
 *   await changed.waitFor(() => stock > 0);
 *   stock--;
 * }
 *
 * async function put() {
 *   using hold = await changed.acquire();
 *   stock++;
 *   changed.notify();
 * }
 * ```
 */
export class Condition {
  readonly subject: Subject;
  /** The lock that it belongs to; several conditions may share one. */
  readonly lock: Lock;
  readonly #line: WaitQueue;
  readonly #parked = new WeakMap<Waiter, Parked>();

  /** @throws TypeError for a lock that is none */
  constructor(lock?: Lock, options?: Named) {
    this.subject = new Subject("condition", options, 0, new.target);
    this.lock = lock ?? new Lock(this.subject.name);
    // Not by its class: it may be a lock of another copy of this package.
    if (typeof this.lock.suspend !== "function") {
      throw invalidArgument(
        `a condition takes a lock and then its name or options; the lock is ${kindOf(lock)}`,
      );
    }
    this.#line = new WaitQueue(this.subject, {
      parked: (waiter) =>
        this.#parked.set(waiter, { grant: this.lock.suspend(), held: undefined, error: undefined }),
      passOn: (error, waiter) => this.#interrupt(error, waiter),
      takeBack: (waiter, error) => this.#end(waiter, error),
      fulfil: (waiter) => this.#fulfil(waiter),
    });
  }

  /** The name given, or `condition@<file>:<line>` of the constructor call. */
  get name(): string {
    return this.subject.name;
  }

  /** How many wait to be notified. */
  get waiting(): number {
    return this.#line.size;
  }

  /** Acquires the lock. */
  acquire(options: AcquireOptions = patient): Promise<Hold> {
    return this.lock.acquire(options);
  }

  /** Runs `fn` while holding the lock. */
  run<T>(fn: (hold: Hold) => T | PromiseLike<T>, options: AcquireOptions = patient): Promise<T> {
    return this.lock.run(fn, options);
  }

  /**
   * Gives the lock up and waits to be notified. Signal and timeout interrupt that, never the taking of
   * the lock again: it is held afterwards, whatever happened. Cancel-safe: a notification that came
   * together with a cancel goes to another waiter.
   *
   * @throws NotHeldError when nobody holds the lock; CancelledError, TimeoutError as the options say
   */
  wait(options: WaitOptions = patient): Promise<void> {
    if (!this.lock.locked) return this.#line.refuse(this.#notHeld(), "wait");
    return this.#line.wait(options, "wait");
  }

  /**
   * Waits until `predicate` holds; tests it first, and again, under the lock, at each notification. With a
   * timeout, that is for all of it. Returns the predicate's value.
   *
   * @throws NotHeldError when it has to wait and nobody holds the lock; what the predicate throws; TypeError
   *   for one that is no function
   */
  async waitFor<T>(predicate: () => T, options: WaitOptions = patient): Promise<T> {
    const error = noFunction(predicate, "waitFor");
    if (error !== undefined) throw error;
    if (!this.#line.admits(options)) return this.#line.wait(options, "wait");
    const deadline = now() + (options.timeout ?? Number.POSITIVE_INFINITY);
    let value = predicate();
    while (!value) {
      const left = options.timeout === undefined ? {} : { timeout: deadline - now() };
      await this.wait({ ...options, ...left });
      value = predicate();
    }
    return value;
  }

  /**
   * Notifies up to `count` waiters, in the order of their coming; they run when the lock is free. Nobody
   * waits: it is forgotten.
   *
   * @throws NotHeldError when nobody holds the lock
   */
  notify(count: number = 1): void {
    if (!this.lock.locked) throw this.#notHeld();
    if (!(count >= 0)) throw outOfRange(`count is ${count}; notify takes a number of waiters, 0 or more`);
    for (let left = Math.min(count, this.#line.size); left > 0; left--) this.#notifyFirst();
  }

  /** Notifies all who wait now. @throws NotHeldError when nobody holds the lock */
  notifyAll(): void {
    this.notify(this.#line.size);
  }

  // Straight into the lock's line: a notified waiter does not lose its place to who asks meanwhile.
  #notifyFirst(): void {
    const waiter = this.#line.first;
    if (waiter === undefined) return;
    this.#resume(waiter);
    this.#line.wake(waiter);
  }

  #interrupt(error: Error, waiter: Waiter): boolean {
    this.#resume(waiter).error = error;
    this.#line.leave(waiter);
    waiter.mode = "woken";
    waiter.succeed(undefined, true);
    return true;
  }

  #resume(waiter: Waiter): Parked {
    const parked = this.#parked.get(waiter) as Parked;
    parked.held = this.lock.resume(parked.grant, waiter);
    return parked;
  }

  #fulfil(waiter: Waiter): boolean {
    waiter.outcome = this.#end(waiter, this.#parked.get(waiter)?.error);
    return true;
  }

  // How a wait ends: the lock is held first, whatever came. The latest error counts (C9).
  async #end(waiter: Waiter, error: Error | undefined): Promise<void> {
    const late = (await this.#parked.get(waiter)?.held) ?? error;
    if (late === undefined) return;
    // It may have been notified before: pass that on, better once too often than never (C10).
    this.#notifyFirst();
    throw late;
  }

  #notHeld(): NotHeldError {
    return new NotHeldError(
      `${this.lock.subject.describes} is not held; acquire it before you wait or notify`,
    );
  }
}

/** What a parked waiter gave up, and what became of it. */
interface Parked {
  readonly grant: Grant;
  /** The taking of the lock again, under way. */
  held: Promise<Error | undefined> | undefined;
  error: Error | undefined;
}
