import { isCancelled, outOfRange, TimeoutError } from "./errors.ts";
import type { Grant } from "./hold.ts";
import { seam, type Failure } from "./observer.ts";
import type { Subject } from "./subject.ts";
import { objection, patient, refusal, scopeNow, Waiter, type Room, type WaitOptions } from "./waiter.ts";

/** What may interrupt or order an acquire. */
export interface AcquireOptions extends WaitOptions {
  /** Higher goes first; equal priorities are first come, first served. @default 0 */
  priority?: number | undefined;
}

/**
 * The one waiting room: whoever waits for a primitive stands here, in the order of priority, then of
 * arrival. The primitive decides who is granted; the queue keeps the line, lets waiters leave it
 * (signal, timeout, task), and tells the observer.
 *
 * An intrusive list: an interrupted waiter leaves in constant time; a Set walks its deleted slots.
 */
export class WaitQueue implements Room {
  readonly subject: Subject;
  /** What those who stand here do: `acquire`. */
  readonly operation: string;
  // Called when someone left out of turn or was delivered: those behind may fit now.
  readonly #onMoved: (() => void) | undefined;
  #first: Waiter | undefined = undefined;
  #last: Waiter | undefined = undefined;
  #size = 0;
  // Waiters that are decided but not delivered yet. A plain waiter goes in turn behind them.
  #undelivered = 0;

  constructor(subject: Subject, operation: string, onMoved?: () => void) {
    this.subject = subject;
    this.operation = operation;
    this.#onMoved = onMoved;
  }

  /** Who is next. */
  get first(): Waiter | undefined {
    return this.#first;
  }

  /** How many stand in the line. */
  get size(): number {
    return this.#size;
  }

  /** Whether nobody waits, and nobody's grant is still on its way. */
  get quiet(): boolean {
    return this.#size === 0 && this.#undelivered === 0;
  }

  get describes(): string {
    return this.subject.describes;
  }

  /** Whether these options allow to go on without waiting. If not, `wait` rejects with the reason. */
  admits(options: WaitOptions): boolean {
    return options === patient || objection(options, () => this.describes) === undefined;
  }

  /** Stands in the line until granted; resolves with what was granted. */
  wait<T>(options: AcquireOptions, permits: number = 1): Promise<T> {
    const scope = scopeNow();
    const error = this.#objection(options) ?? refusal(options, scope, () => this.describes);
    if (error !== undefined) return this.refuse(error);
    const waiter = new Waiter(this, permits, options.priority ?? 0);
    const promise = waiter.park<T>(options, scope);
    this.#insert(waiter);
    seam.parked(waiter);
    return promise;
  }

  /** Fails an operation that did not get to wait. */
  refuse(error: Error): Promise<never> {
    seam.refused(this, failureOf(error));
    return Promise.reject(error);
  }

  /** Gives a waiter what it waits for: it leaves the line and runs on with `value`. */
  grant(waiter: Waiter, value: unknown, grant?: Grant): void {
    this.#remove(waiter);
    waiter.grant = grant;
    seam.granted(waiter);
    const inTurn = this.#undelivered > 0;
    if (waiter.interruption !== undefined || inTurn) this.#undelivered++;
    else seam.resuming(waiter);
    waiter.succeed(value, inTurn);
  }

  leave(waiter: Waiter, error: Error): void {
    this.#remove(waiter);
    this.#undelivered++;
    seam.left(waiter, failureOf(error));
  }

  takeBack(waiter: Waiter, error: Error): void {
    seam.left(waiter, failureOf(error));
    waiter.grant?.revoke();
  }

  delivered(waiter: Waiter, succeeded: boolean): void {
    this.#undelivered--;
    if (succeeded) seam.resumed(waiter);
    this.#onMoved?.();
  }

  #objection(options: AcquireOptions): Error | undefined {
    if (options.priority !== undefined && Number.isNaN(options.priority)) {
      return outOfRange("priority is NaN; it must be a number, higher goes first");
    }
    return objection(options, () => this.describes);
  }

  #insert(waiter: Waiter): void {
    let before = this.#last;
    while (before !== undefined && before.priority < waiter.priority) before = before.previous;
    const after = before === undefined ? this.#first : before.next;
    waiter.previous = before;
    waiter.next = after;
    if (before === undefined) this.#first = waiter;
    else before.next = waiter;
    if (after === undefined) this.#last = waiter;
    else after.previous = waiter;
    this.#size++;
  }

  #remove(waiter: Waiter): void {
    const { previous, next } = waiter;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    waiter.previous = undefined;
    waiter.next = undefined;
    this.#size--;
  }
}

function failureOf(error: Error): Failure {
  if (isCancelled(error)) return "cancelled";
  return error instanceof TimeoutError ? "timeout" : "error";
}
