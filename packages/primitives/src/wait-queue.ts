import { invalidArgument, outOfRange } from "./errors.ts";
import { failureOf } from "./failure.ts";
import type { Grant } from "./hold.ts";
import { seam } from "./observer.ts";
import { scopeNow } from "./scope.ts";
import type { Subject } from "./subject.ts";
import { objection, patient, refusal, Waiter, type Room, type WaitOptions } from "./waiter.ts";

/** What may interrupt or order an acquire. */
export interface AcquireOptions extends WaitOptions {
  /** Higher goes first; equal priorities are first come, first served. @default 0 */
  priority?: number | undefined;
}

/** What a primitive adds to its line. */
export interface LineRules {
  /** A waiter stands in the line now. */
  parked?(waiter: Waiter): void;
  /** Someone left out of turn or was delivered: those behind may fit now. */
  moved?(): void;
  /** A waiter that was woken is about to run: see `Room.fulfil`. */
  fulfil?(waiter: Waiter): boolean;
  /** A waiter was cancelled after it was granted or woken: see `Room.takeBack`. */
  takeBack?(waiter: Waiter, error: Error): PromiseLike<unknown> | undefined;
  /** See `Room.passOn`. */
  passOn?(error: Error, waiter: Waiter): boolean;
}

const plain: LineRules = {};

/**
 * The one waiting room: whoever waits for a primitive stands here, in the order of priority, then of
 * arrival. The primitive decides who is granted; the queue keeps the line, lets waiters leave it
 * (signal, timeout, task), and tells the observer.
 *
 * An intrusive list: an interrupted waiter leaves in constant time; a Set walks its deleted slots.
 */
export class WaitQueue implements Room {
  readonly subject: Subject;
  readonly #rules: LineRules;
  #first: Waiter | undefined = undefined;
  #last: Waiter | undefined = undefined;
  #size = 0;
  // Waiters that are decided but not delivered yet. A plain waiter goes in turn behind them.
  #undelivered = 0;

  constructor(subject: Subject, rules: LineRules = plain) {
    this.subject = subject;
    this.#rules = rules;
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

  get mayFail(): boolean {
    return this.#rules.fulfil !== undefined;
  }

  /** Whether these options allow to go on without waiting. If not, `wait` rejects with the reason. */
  admits(options: AcquireOptions): boolean {
    return options === patient || this.#objection(options) === undefined;
  }

  /** Stands in the line until granted; resolves with what was granted. `offer` is kept as the waiter's outcome. */
  wait<T>(options: AcquireOptions, operation: string, permits: number = 1, offer?: unknown): Promise<T> {
    const scope = scopeNow();
    const error = this.#objection(options) ?? refusal(options, scope, () => this.describes);
    if (error !== undefined) return this.refuse(error, operation);
    const waiter = new Waiter(this, operation, permits, options.priority);
    const promise = waiter.park<T>(options, scope);
    waiter.outcome = offer;
    this.#insert(waiter);
    seam.parked(waiter, options);
    this.#rules.parked?.(waiter);
    // It went before others: what is free may do for it and not have done for them.
    if (this.#first === waiter && this.#size > 1) this.#rules.moved?.();
    return promise;
  }

  /** Stands in the line, for `origin`, for what it held before, and stays whatever happens; resolves with the interruption, if any. */
  waitAgain(grant: Grant, operation: string, origin: Waiter): Promise<Error | undefined> {
    const waiter = new Waiter(this, operation, grant.permits);
    waiter.mode = "stays";
    waiter.grant = grant;
    waiter.note = origin.note;
    const promise = waiter.park<Error | undefined>(patient, origin.scope);
    this.#insert(waiter);
    seam.parked(waiter, patient);
    return promise;
  }

  /** Fails an operation that did not get to wait. */
  refuse(error: Error, operation: string): Promise<never> {
    seam.refused(this, operation, failureOf(error));
    return Promise.reject(error);
  }

  /** Tells that an operation had its way without waiting. */
  pass(operation: string): void {
    seam.passed(this, operation);
  }

  /**
   * Gives a waiter what it waits for: it leaves the line and runs on with `value`. With `inTurn` it is
   * delivered one microtask later even if nothing can interrupt it.
   */
  grant(waiter: Waiter, value: unknown, grant?: Grant, inTurn: boolean = this.#undelivered > 0): void {
    this.remove(waiter);
    waiter.grant = grant;
    seam.granted(waiter, value);
    if (waiter.interruption !== undefined || inTurn) this.#undelivered++;
    else this.#runSoon(waiter);
    waiter.succeed(value, inTurn);
  }

  // Its grant can't be taken back any more: an old waiter must not keep it from being collected.
  #runSoon(waiter: Waiter): void {
    seam.resuming(waiter);
    waiter.grant = undefined;
  }

  /** Has a waiter look, when it is delivered, whether what it waits for is still there (`LineRules.fulfil`). */
  wake(waiter: Waiter): void {
    this.remove(waiter);
    this.#undelivered++;
    waiter.mode = "woken";
    seam.woken(waiter);
    waiter.succeed(waiter.outcome, true);
  }

  /** Fails a waiter: it leaves the line and runs on with the error. */
  fail(waiter: Waiter, error: Error): void {
    this.leave(waiter);
    waiter.fail(error);
  }

  leave(waiter: Waiter): void {
    this.remove(waiter);
    this.#undelivered++;
    seam.withdrawn(waiter);
  }

  takeBack(waiter: Waiter, error: Error): PromiseLike<unknown> | undefined {
    seam.withdrawn(waiter);
    waiter.grant?.revoke();
    return this.#rules.takeBack?.(waiter, error);
  }

  passOn(error: Error, waiter: Waiter): boolean {
    return this.#rules.passOn?.(error, waiter) ?? false;
  }

  fulfil(waiter: Waiter): boolean {
    if (waiter.mode !== "woken" || this.#rules.fulfil?.(waiter) !== false) return true;
    waiter.mode = "plain";
    this.#undelivered--;
    this.#insert(waiter);
    return false;
  }

  delivered(waiter: Waiter, succeeded: boolean): void {
    this.#undelivered--;
    if (succeeded) this.#ran(waiter);
    else seam.left(waiter, failureOf(waiter.outcome));
    this.#rules.moved?.();
  }

  /** Takes a waiter off the line without deciding its wait. */
  remove(waiter: Waiter): void {
    const { previous, next } = waiter;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    waiter.previous = undefined;
    waiter.next = undefined;
    this.#size--;
  }

  // For one that was woken, that it found what it waits for is its grant.
  #ran(waiter: Waiter): void {
    if (waiter.mode === "woken") seam.granted(waiter);
    seam.resumed(waiter);
  }

  #objection(options: AcquireOptions): Error | undefined {
    const error = objection(options, () => this.describes);
    if (error !== undefined) return error;
    const { priority } = options;
    return priority === undefined || (typeof priority === "number" && !Number.isNaN(priority))
      ? undefined
      : badPriority(priority);
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
}

function badPriority(priority: unknown): Error {
  return typeof priority === "number"
    ? outOfRange("priority is NaN; it must be a number, higher goes first")
    : invalidArgument(`priority is a ${typeof priority}; it must be a number, higher goes first`);
}
