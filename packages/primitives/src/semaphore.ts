import { noFunction, noOptions } from "./argument.ts";
import { outOfRange } from "./errors.ts";
import { Grant, holding, HoldHandle, type Hold, type Lender } from "./hold.ts";
import { seam } from "./observer.ts";
import { Subject, type Named, type PrimitiveOptions } from "./subject.ts";
import { WaitQueue, type AcquireOptions } from "./wait-queue.ts";
import { atOnce, patient, type WaitOptions } from "./waiter.ts";

/** The options of a semaphore. */
export interface SemaphoreOptions extends PrimitiveOptions {
  /**
   * Whether permits above the start value are an error; if not, `release()` may raise their number.
   *
   * As in asyncio, a stray `release()` while someone holds goes unnoticed and lets one more in; the hold
   * that ends last throws the RangeError then, also at the end of its `using` block or of `run`. And one
   * that starts with 0 admits nobody, ever: an acquire waits until it is interrupted.
   * @default false
   */
  bounded?: boolean | undefined;
}

/** How many permits an acquire asks for, besides what may interrupt it. */
export interface PermitOptions extends AcquireOptions {
  /**
   * A whole number, at least 1. More than an unbounded semaphore has ever had are no error: it waits until
   * `release()` raises their number, and all behind it wait too. @default 1
   */
  permits?: number | undefined;
}

/**
 * Lets as many in as it has permits: higher priorities first, equal ones in the order of asking. A
 * request may take several permits; a small one never passes a big one that came before it, unless its
 * priority is higher.
 *
 * @example
 * ```ts
 * const payments = new Semaphore(4, "payments");
 *
 * async function pay(order: Order) {
 *   using permit = await payments.acquire();
 *   await gateway.charge(order);
 * }
 * ```
 */
export class Semaphore implements Lender {
  /** What the observer knows it by; not for users. */
  readonly subject: Subject;
  readonly #bounded: boolean;
  readonly #line: WaitQueue;
  // Invariant: who is first in the line asks for more than this. (While someone who was granted or
  // cancelled has yet to run, it may be less: the line is served right after.)
  #available: number;

  /** @throws RangeError when permits is negative or no whole number */
  constructor(permits: number = 1, options?: Named<SemaphoreOptions>) {
    if (!(Number.isInteger(permits) && permits >= 0)) {
      throw outOfRange(`permits is ${permits}; a semaphore starts with a whole number of permits, 0 or more`);
    }
    this.subject = new Subject("semaphore", options, permits, new.target);
    this.#bounded = typeof options === "object" && options.bounded === true;
    this.#available = permits;
    this.#line = new WaitQueue(this.subject, { moved: () => this.#serve() });
  }

  /** The name given, or `semaphore@<file>:<line>` of the constructor call. */
  get name(): string {
    return this.subject.name;
  }

  /** How many permits are free. One that is on its way to a waiter is not. */
  get available(): number {
    return this.#available;
  }

  /**
   * Whether an acquire of one permit would have to wait: none is free, or someone waits (perhaps for more
   * than are free), or someone who waited has yet to run.
   */
  get locked(): boolean {
    // Quiet: nobody is in the line, nor between leaving it and running.
    return this.#available === 0 || !this.#line.quiet;
  }

  /** How many wait for permits. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Waits for its turn, then holds the permits until the returned hold is released. Does not wait
   * when enough are free and nobody is before it. Cancel-safe: whoever is interrupted costs none.
   *
   * @throws CancelledError, TimeoutError as the options say; TypeError for a timeout or priority that is
   *   no number; RangeError for one that is NaN, for permits that are no whole number of at least 1, or above
   *   the start value of a bounded semaphore (but for a single one: where it starts with 0, that waits until
   *   it is interrupted, as in asyncio)
   */
  acquire(options: PermitOptions = patient): Promise<Hold> {
    const permits = options?.permits ?? 1;
    const error = this.#objection(permits);
    if (error !== undefined) return this.#line.refuse(error, "acquire");
    // Options that are not admitted (an aborted signal, a NaN) don't park: `wait` rejects at once then.
    if (!this.#fits(permits) || !this.#line.admits(options))
      return this.#line.wait(options, "acquire", permits);
    return Promise.resolve(this.#take(permits, options));
  }

  /**
   * Holds the permits if they are free now and nobody is before it.
   *
   * @throws RangeError for permits, as `acquire`; TypeError for options that are none
   */
  tryAcquire(options: { permits?: number | undefined } = {}): Hold | undefined {
    const permits = options?.permits ?? 1;
    const error = noOptions(options, "tryAcquire") ?? this.#objection(permits);
    if (error !== undefined) throw error;
    return this.#fits(permits) ? this.#take(permits, atOnce) : undefined;
  }

  /**
   * Runs `fn` while holding the permits; gives them back when it returns or throws.
   *
   * @throws what `acquire` or `fn` throws; TypeError, and acquires nothing, for what is no function
   */
  run<T>(fn: (hold: Hold) => T | PromiseLike<T>, options: PermitOptions = patient): Promise<T> {
    const error = noFunction(fn, "run");
    return error === undefined ? holding(this.acquire(options), fn) : Promise.reject(error);
  }

  /**
   * Adds permits without a hold: a signal to those who wait. For permits taken by `acquire`, release
   * the hold instead.
   *
   * @throws RangeError above the start value of a bounded semaphore, or when permits is no whole number of
   *   at least 1; nothing has changed then
   */
  release(permits: number = 1): void {
    if (!(permits >= 1 && Number.isInteger(permits))) throw badPermits(permits);
    if (permits > this.#room) throw this.#tooMany();
    this.giveBack(permits);
  }

  /**
   * Called by a hold that ends; not for users. Those who fit have their permits before this returns.
   * `unused`: a waiter was cancelled before it could run with them; that is never an error, as in asyncio.
   *
   * @throws RangeError when a stray `release()` has put some back already; the rest are back then, too
   */
  giveBack(permits: number, unused = false): void {
    const room = unused ? permits : this.#room;
    this.#available += Math.min(permits, room);
    this.#serve();
    if (permits > room) throw this.#tooMany();
  }

  /** How many permits may still be put back. */
  get #room(): number {
    return this.#bounded ? Math.max(0, this.subject.limit - this.#available) : Number.POSITIVE_INFINITY;
  }

  #fits(permits: number): boolean {
    return permits <= this.#available && this.#line.quiet;
  }

  #take(permits: number, options: WaitOptions): Hold {
    this.#available -= permits;
    const grant = new Grant(this, permits);
    const hold = new HoldHandle(grant);
    seam.taken(grant, "acquire", options, hold);
    return hold;
  }

  #serve(): void {
    for (let next = this.#line.first; next !== undefined; next = this.#line.first) {
      if (next.permits > this.#available) return;
      this.#available -= next.permits;
      const grant = new Grant(this, next.permits);
      this.#line.grant(next, new HoldHandle(grant), grant);
    }
  }

  #objection(permits: number): RangeError | undefined {
    if (!(permits >= 1 && Number.isInteger(permits))) return badPermits(permits);
    // A single permit may be waited for even where none will ever be, as in asyncio.
    if (!this.#bounded || permits <= Math.max(1, this.subject.limit)) return undefined;
    return outOfRange(
      `${this.subject.describes} is bounded to ${this.subject.limit} permits; ${permits} can never be granted`,
    );
  }

  #tooMany(): RangeError {
    return outOfRange(
      `${this.subject.describes} is bounded; it can't have more than ${this.subject.limit} permits`,
    );
  }
}

function badPermits(permits: number): RangeError {
  return outOfRange(`permits is ${permits}; it must be a whole number of at least 1`);
}
