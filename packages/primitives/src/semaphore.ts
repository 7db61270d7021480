import { outOfRange } from "./errors.ts";
import { Grant, holding, HoldHandle, type Hold, type Lender } from "./hold.ts";
import { seam } from "./observer.ts";
import { Subject, type Named, type PrimitiveOptions } from "./subject.ts";
import { WaitQueue, type AcquireOptions } from "./wait-queue.ts";
import { patient } from "./waiter.ts";

/** The options of a semaphore. */
export interface SemaphoreOptions extends PrimitiveOptions {
  /** Whether permits above the start value are an error; if not, `release()` may raise their number. @default false */
  bounded?: boolean | undefined;
}

/** How many permits an acquire asks for, besides what may interrupt it. */
export interface PermitOptions extends AcquireOptions {
  /** A whole number, at least 1. @default 1 */
  permits?: number | undefined;
}

/**
 * Lets as many in as it has permits, in the order of asking. A request may take several permits;
 * a small one never passes a big one that came before it.
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
  readonly subject: Subject;
  readonly #bounded: boolean;
  readonly #line: WaitQueue;
  // Invariant: the first in the line asks for more than this, unless some are on their way out:
  // whoever raises the number, leaves the line or goes before others has the line served.
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

  /** Whether an acquire would have to wait: no permit is free, or someone is before it. */
  get locked(): boolean {
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
   * @throws CancelledError, TimeoutError as the options say; RangeError for permits below 1, or above
   *   the start value of a bounded semaphore
   */
  acquire(options: PermitOptions = patient): Promise<Hold> {
    const permits = options.permits ?? 1;
    const error = this.#objection(permits);
    if (error !== undefined) return this.#line.refuse(error, "acquire");
    if (!this.#fits(permits) || !this.#line.admits(options))
      return this.#line.wait(options, "acquire", permits);
    return Promise.resolve(this.#take(permits));
  }

  /** Holds the permits if they are free now and nobody is before it. */
  tryAcquire(options: { permits?: number | undefined } = {}): Hold | undefined {
    const permits = options.permits ?? 1;
    const error = this.#objection(permits);
    if (error !== undefined) throw error;
    return this.#fits(permits) ? this.#take(permits) : undefined;
  }

  /** Runs `fn` while holding the permits; gives them back when it returns or throws. */
  run<T>(fn: (hold: Hold) => T | PromiseLike<T>, options: PermitOptions = patient): Promise<T> {
    return holding(this.acquire(options), fn);
  }

  /**
   * Adds permits without a hold: a signal to those who wait. For permits taken by `acquire`, release
   * the hold instead.
   *
   * @throws RangeError above the start value of a bounded semaphore; nothing has changed then
   */
  release(permits: number = 1): void {
    const error = permits >= 1 && Number.isInteger(permits) ? undefined : badPermits(permits);
    if (error !== undefined) throw error;
    this.giveBack(permits);
  }

  /** Called by a hold that ends: those who fit have their permits before this returns. */
  giveBack(permits: number, unused = false): void {
    if (this.#bounded && !unused && this.#available + permits > this.subject.limit) {
      throw outOfRange(
        `${this.subject.describes} is bounded; it can't have more than ${this.subject.limit} permits`,
      );
    }
    this.#available += permits;
    this.#serve();
  }

  #fits(permits: number): boolean {
    return permits <= this.#available && this.#line.quiet;
  }

  #take(permits: number): Hold {
    this.#available -= permits;
    const grant = new Grant(this, permits);
    seam.taken(grant, "acquire");
    return new HoldHandle(grant);
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
}

function badPermits(permits: number): RangeError {
  return outOfRange(`permits is ${permits}; it must be a whole number of at least 1`);
}
