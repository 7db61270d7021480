import { noFunction } from "./argument.ts";
import { NotHeldError, outOfRange } from "./errors.ts";
import { Grant, holding, HoldHandle, Lease, type Hold, type Lender } from "./hold.ts";
import { seam } from "./observer.ts";
import { currentScope, scopeNow } from "./scope.ts";
import { Subject, type Named, type PrimitiveOptions } from "./subject.ts";
import { WaitQueue, type AcquireOptions } from "./wait-queue.ts";
import { atOnce, patient, type Waiter, type WaitOptions } from "./waiter.ts";

/** The options of a lock. */
export interface LockOptions extends PrimitiveOptions {
  /**
   * The longest that anyone may hold, in milliseconds. A hold that lasts longer is taken back: the next
   * one gets the lock, and the hold's signal is aborted. The old holder's code runs on, beside the next
   * one's, unless it watches `hold.signal` and stops. Its `release()` throws NotHeldError from then on;
   * the end of its `using` block or of `run` does nothing.
   *
   * Whoever waits for a condition has the lease anew when the wait ends, and another signal.
   * @default Infinity
   */
  lease?: number | undefined;
}

// The limit of a lock's subject, and what each grant takes of it.
const onePermit = 1;

/**
 * Lets one holder in at a time: higher priorities first, equal ones in the order of asking. A release
 * hands over to who is next; a newcomer can't slip in.
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
  /** What the observer knows it by; not for users. */
  readonly subject: Subject;
  readonly #lease: number;
  readonly #line: WaitQueue;
  // Invariant: while anyone waits, someone holds. `giveBack` hands the lock to the first waiter
  // without ever freeing it, so a newcomer can't slip in between.
  #held: Grant | undefined = undefined;

  /** @throws RangeError when the lease is no number of milliseconds above 0 */
  constructor(options?: Named<LockOptions>) {
    this.subject = new Subject("lock", options, onePermit, new.target);
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
   * @throws CancelledError, TimeoutError as the options say; RangeError for a timeout or priority that is NaN;
   *   TypeError for one that is no number
   */
  acquire(options: AcquireOptions = patient): Promise<Hold> {
    // Options that are not admitted (an aborted signal, a NaN) don't park: `wait` rejects at once then.
    if (this.#held !== undefined || !this.#line.admits(options)) return this.#line.wait(options, "acquire");
    return Promise.resolve(this.#take(options));
  }

  /** Holds the lock if it is free now. */
  tryAcquire(): Hold | undefined {
    return this.#held === undefined ? this.#take(atOnce) : undefined;
  }

  /**
   * Runs `fn` while holding; releases when it returns or throws.
   *
   * @throws what `acquire` or `fn` throws; TypeError, and acquires nothing, for what is no function
   */
  run<T>(fn: (hold: Hold) => T | PromiseLike<T>, options: AcquireOptions = patient): Promise<T> {
    const error = noFunction(fn, "run");
    return error === undefined ? holding(this.acquire(options), fn) : Promise.reject(error);
  }

  /** Called by a hold that ends; not for users. The first waiter has the lock before this returns. */
  giveBack(): void {
    const next = this.#line.first;
    if (next === undefined) {
      this.#held = undefined;
      return;
    }
    // A condition's waiter (it "stays") brings the grant that it gave up, and its user has the handle to
    // that already. Anyone else gets a new grant and handle.
    const grant = this.#lend(next.grant ?? new Grant(this, onePermit));
    this.#line.grant(next, next.mode === "stays" ? undefined : new HoldHandle(grant), grant);
  }

  /**
   * Called by a condition whose wait begins; not for users. Gives up the hold that there is, whoever
   * has it (a lock has no owner), until `resume`. Its lease, if any, ends here, and starts anew then.
   *
   * @throws NotHeldError when nobody holds it
   */
  suspend(): Grant {
    if (this.#held === undefined) {
      throw new NotHeldError(`${this.subject.describes} is not held; acquire it before you wait or notify`);
    }
    const grant = this.#held;
    // Ends as by a release: `giveBack` hands the lock to who is next.
    grant.end();
    return grant;
  }

  /**
   * Called by a condition whose wait ends; not for users. Takes the lock again, for `waiter`, with the
   * grant that it suspended: at once if it is free, else in its turn. Nothing interrupts that; resolves
   * with the cancel that came meanwhile, if one did.
   */
  resume(grant: Grant, waiter: Waiter): Promise<Error | undefined> {
    if (this.#held !== undefined) return this.#line.waitAgain(grant, "acquire", waiter);
    const { scope } = waiter;
    // Whoever notifies or cancels calls this: it is the waiter's task that holds again.
    const tell = () => seam.taken(this.#lend(grant), "acquire", patient);
    if (scope === undefined || scope === scopeNow()) tell();
    else currentScope.run(scope, tell);
    return Promise.resolve(undefined);
  }

  #take(options: WaitOptions): Hold {
    const grant = this.#lend(new Grant(this, onePermit));
    const hold = new HoldHandle(grant);
    seam.taken(grant, "acquire", options, hold);
    return hold;
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
  if (!(typeof lease === "number" && lease > 0))
    throw outOfRange(`lease is ${lease}; it must be a number of milliseconds above 0`);
  return lease;
}
