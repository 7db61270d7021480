import { after, type Alarm } from "./clock.ts";
import { NotHeldError, TimeoutError } from "./errors.ts";
import type { Flow } from "./flow.ts";
import { seam } from "./observer.ts";
import { keepShape } from "./shape.ts";
import { Subject } from "./subject.ts";

/**
 * Proof of holding. `using hold = await lock.acquire()` releases at the end of the block, whatever
 * happens in it.
 */
export interface Hold extends Disposable {
  /**
   * Gives back what is held; who waits first has it when this returns.
   *
   * @throws NotHeldError when it was released before
   */
  release(): void;
  /** Whether it was given back, by `release`, by the end of a `using` block or by the end of its lease. */
  readonly released: boolean;
  /**
   * Aborted when the hold's lease ends (`LockOptions.lease`), never otherwise. Give it to what must
   * stop then.
   */
  readonly signal: AbortSignal;
}

/** What a grant is of: something that takes back what it has lent. */
export interface Lender {
  readonly subject: Subject;
  /**
   * Takes permits back and hands them to who is next, if anyone waits. `unused`: they were granted to
   * a waiter that was cancelled before it could run.
   */
  giveBack(permits: number, unused?: boolean): void;
}

/**
 * What is held, as the lender and the observer know it. The lender refers to the grant, never to the
 * handle that the user has, so that a handle dropped while held can be noticed.
 */
export class Grant {
  readonly lender: Lender;
  readonly permits: number;
  /** False after the end, however it came. */
  live = true;
  /** The observer's own, see the seam. */
  note: unknown = undefined;
  lease: Lease | undefined = undefined;
  // On the prototype unless there is one: only what runs a function has it.
  /** The code by which it is given back, where that is known to be no task's: that which it is held for, or that which has asked for it. */
  declare flow: Flow | undefined;

  constructor(lender: Lender, permits: number) {
    this.lender = lender;
    this.permits = permits;
  }

  /** Ends the hold and passes on what was held. */
  end(): void {
    this.live = false;
    this.lease?.clear();
    // The common cases, that nobody watches or waits, ask only once.
    if (seam.releasing(this)) {
      this.lender.giveBack(this.permits);
      return;
    }
    try {
      this.lender.giveBack(this.permits);
    } finally {
      seam.released(this);
    }
  }

  /** Takes back what was granted to a waiter that did not live to use it (X6). */
  revoke(): void {
    this.live = false;
    this.lease?.clear();
    this.lender.giveBack(this.permits, true);
  }

  static {
    Object.assign(this.prototype, { flow: undefined });
  }
}

/** The user's end of a grant. */
export class HoldHandle implements Hold {
  readonly #grant: Grant;

  constructor(grant: Grant) {
    this.#grant = grant;
  }

  get released(): boolean {
    return !this.#grant.live;
  }

  get signal(): AbortSignal {
    // Without a limit there is a lease that never ends: its signal is this hold's own all the same.
    this.#grant.lease ??= new Lease(this.#grant, Number.POSITIVE_INFINITY);
    return this.#grant.lease.signal;
  }

  release(): void {
    if (!this.#grant.live) {
      throw new NotHeldError(
        `${this.#grant.lender.subject.describes} is not held by this hold any more; it was released, or its lease has ended`,
      );
    }
    this.#grant.end();
  }

  [Symbol.dispose](): void {
    if (this.#grant.live) this.#grant.end();
  }
}

const nobody: Lender = { subject: new Subject("lock", "nobody's", 1, Subject), giveBack() {} };
keepShape(new HoldHandle(new Grant(nobody, 1)));

/** The time limit of a hold: at its end the hold is taken back and its signal aborted. */
export class Lease {
  readonly #alarm: Alarm | undefined;
  #controller: AbortController | undefined;
  #ended: TimeoutError | undefined;

  constructor(grant: Grant, ms: number) {
    if (ms === Number.POSITIVE_INFINITY) return;
    this.#alarm = after(ms, () => {
      this.#ended = new TimeoutError(`the lease of ${ms} ms on ${grant.lender.subject.describes} has ended`);
      grant.end();
      this.#controller?.abort(this.#ended);
    });
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#ended !== undefined) this.#controller.abort(this.#ended);
    }
    return this.#controller.signal;
  }

  /** Whether it ends by itself. */
  get limited(): boolean {
    return this.#alarm !== undefined;
  }

  clear(): void {
    this.#alarm?.cancel();
  }
}

/** Runs `fn` while holding; gives back at its end, whether it returns or throws. */
export async function holding<T>(
  acquired: Promise<Hold>,
  fn: (hold: Hold) => T | PromiseLike<T>,
): Promise<T> {
  const hold = await acquired;
  try {
    return await fn(hold);
  } finally {
    hold[Symbol.dispose]();
  }
}
