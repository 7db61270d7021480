import { NotHeldError, outOfRange } from "./errors.ts";
import { Grant, holding, HoldHandle, Lease, type Hold, type Lender } from "./hold.ts";
import { seam } from "./observer.ts";
import { Subject, type Named, type PrimitiveOptions } from "./subject.ts";
import { WaitQueue, type AcquireOptions } from "./wait-queue.ts";
import { patient, type Waiter } from "./waiter.ts";

/** The options of a lock. */
export interface LockOptions extends PrimitiveOptions {
  /**
   * The longest that anyone may hold, in milliseconds. A hold that lasts longer is taken back: its
   * signal is aborted and the next one gets the lock. @default Infinity
   */
  lease?: number | undefined;
}

/**
 * Lets one holder in at a time, in the order of asking.
 *
 * It has no owner: any code that has the hold may release it. It is not re-entrant: who asks again
 * while holding waits for itself.
 *
 * @example
 * ```ts
 * const lock = new Lock("accounts");
 *
 * async function transfer() {
 *   using hold = await lock.acquire();
 *   // alone here until the end of the block
 * }
 * ```
 */
export class Lock implements Lender {
  readonly subject: Subject;
  readonly #lease: number;
  readonly #line: WaitQueue;
  // Invariant: while anyone waits, someone holds. `giveBack` hands the lock to the first waiter
  // without ever freeing it, so a newcomer can't slip in between.
  #held: Grant | undefined = undefined;

  constructor(options?: Named<LockOptions>) {
    this.subject = new Subject("lock", options, 1, new.target);
    this.#line = new WaitQueue(this.subject);
    this.#lease = leaseOf(options);
  }

  /** The name given, or `lock@<file>:<line>` of the constructor call. */
  get name(): string {
    return this.subject.name;
  }

  /** Whether anyone holds it. */
  get locked(): boolean {
    return this.#held !== undefined;
  }

  /** How many wait for it. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Waits for its turn, then holds the lock until the returned hold is released. Does not wait when
   * the lock is free. Cancel-safe: whoever is interrupted holds nothing, and the next one gets it.
   *
   * @throws CancelledError, TimeoutError as the options say
   */
  acquire(options: AcquireOptions = patient): Promise<Hold> {
    if (this.#held !== undefined || !this.#line.admits(options)) return this.#line.wait(options, "acquire");
    return Promise.resolve(this.#take());
  }

  /** Holds the lock if it is free now. */
  tryAcquire(): Hold | undefined {
    return this.#held === undefined ? this.#take() : undefined;
  }

  /** Runs `fn` while holding; releases when it returns or throws. */
  run<T>(fn: (hold: Hold) => T | PromiseLike<T>, options: AcquireOptions = patient): Promise<T> {
    return holding(this.acquire(options), fn);
  }

  /** Called by a hold that ends: the first waiter has the lock before this returns. */
  giveBack(): void {
    const next = this.#line.first;
    if (next === undefined) {
      this.#held = undefined;
      return;
    }
    const grant = this.#lend(next.grant ?? new Grant(this, 1));
    this.#line.grant(next, next.mode === "stays" ? undefined : new HoldHandle(grant), grant);
  }

  /** Called by a condition: gives the lock up without ending the user's hold for good. @throws NotHeldError when nobody holds it */
  suspend(): Grant {
    if (this.#held === undefined) {
      throw new NotHeldError(`${this.subject.describes} is not held; acquire it before you wait or notify`);
    }
    const grant = this.#held;
    grant.end();
    return grant;
  }

  /**
   * Called by a condition: takes the lock again, for `waiter`, for a hold that was suspended. Nothing interrupts that;
   * resolves with the cancel that came meanwhile, if one did.
   */
  resume(grant: Grant, waiter: Waiter): Promise<Error | undefined> {
    if (this.#held !== undefined) return this.#line.waitAgain(grant, "acquire", waiter);
    seam.taken(this.#lend(grant), "acquire");
    return Promise.resolve(undefined);
  }

  #take(): Hold {
    const grant = this.#lend(new Grant(this, 1));
    seam.taken(grant, "acquire");
    return new HoldHandle(grant);
  }

  #lend(grant: Grant): Grant {
    grant.live = true;
    if (this.#lease !== Number.POSITIVE_INFINITY) grant.lease = new Lease(grant, this.#lease);
    this.#held = grant;
    return grant;
  }
}

function leaseOf(options: Named<LockOptions> | undefined): number {
  const lease = (typeof options === "object" ? options.lease : undefined) ?? Number.POSITIVE_INFINITY;
  if (!(lease > 0)) throw outOfRange(`lease is ${lease}; it must be a number of milliseconds above 0`);
  return lease;
}
