import { BrokenBarrierError, outOfRange } from "./errors.ts";
import { Subject, type Named } from "./subject.ts";
import { WaitQueue } from "./wait-queue.ts";
import { patient, type Waiter, type WaitOptions } from "./waiter.ts";

/**
 * Holds all back until enough have come, then lets them go on together; and again with the next ones.
 *
 * @example
 * ```ts
 * const phase = new Barrier(workers.length);
 *
 * async function worker() {
 *   await load();
 *   await phase.wait(); // everyone has loaded
 *   await compute();
 * }
 * ```
 */
export class Barrier {
  readonly subject: Subject;
  readonly parties: number;
  readonly #line: WaitQueue;
  // Let go and not yet running: a reset or an abort still reaches them.
  readonly #leaving = new Set<Waiter>();
  #broken = false;

  /** @throws RangeError when parties is below 1 or no whole number */
  constructor(parties: number, options?: Named) {
    if (!(Number.isInteger(parties) && parties >= 1)) {
      throw outOfRange(`parties is ${parties}; a barrier is for a whole number of parties, at least 1`);
    }
    this.parties = parties;
    this.subject = new Subject("barrier", options, 0, new.target);
    this.#line = new WaitQueue(this.subject, {
      fulfil: (waiter) => this.#fulfil(waiter),
      takeBack: (waiter) => void this.#leaving.delete(waiter),
    });
  }

  /** The name given, or `barrier@<file>:<line>` of the constructor call. */
  get name(): string {
    return this.subject.name;
  }

  /** How many have come and wait for the rest. */
  get waiting(): number {
    return this.#line.size;
  }

  /** Whether it was aborted: every wait fails until `reset()`. */
  get broken(): boolean {
    return this.#broken;
  }

  /**
   * Waits until all parties have come. Resolves with the number of one's place in the round, from 0, each
   * given once. Cancel-safe: who is interrupted only leaves, and the barrier is not broken; numbers are
   * given when it opens.
   *
   * @throws BrokenBarrierError when it is or becomes broken, or is reset meanwhile; CancelledError,
   *   TimeoutError as the options say
   */
  wait(options: WaitOptions = patient): Promise<number> {
    if (this.#broken) return this.#line.refuse(this.#brokenError("was aborted"), "arrive");
    const last = this.#line.size === this.parties - 1;
    if (!last || !this.#line.admits(options)) return this.#line.wait(options, "arrive");
    this.#line.pass("arrive");
    this.#open();
    return Promise.resolve(this.parties - 1);
  }

  /** Breaks it: all who are inside, and all who come until `reset()`, fail with BrokenBarrierError. */
  abort(): void {
    this.#broken = true;
    this.#failAll("was aborted");
  }

  /** Makes it as new: those who are inside fail with BrokenBarrierError. */
  reset(): void {
    this.#broken = false;
    this.#failAll("was reset");
  }

  #open(): void {
    let place = 0;
    for (let next = this.#line.first; next !== undefined; next = this.#line.first) {
      this.#line.wake(next);
      next.outcome = place++;
      this.#leaving.add(next);
    }
  }

  #failAll(how: string): void {
    for (const waiter of this.#leaving) waiter.outcome = this.#brokenError(how);
    for (let next = this.#line.first; next !== undefined; next = this.#line.first) {
      this.#line.fail(next, this.#brokenError(how));
    }
  }

  #fulfil(waiter: Waiter): boolean {
    this.#leaving.delete(waiter);
    if (waiter.outcome instanceof BrokenBarrierError) throw waiter.outcome;
    return true;
  }

  #brokenError(how: string): BrokenBarrierError {
    return new BrokenBarrierError(`${this.subject.describes} ${how}`);
  }
}
