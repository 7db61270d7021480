import { after, type Alarm } from "./clock.ts";
import { cancelled, cancellerOf, type Interruptible, type Interrupted, type Watch } from "./cancellation.ts";
import { noOptions } from "./argument.ts";
import { deliver } from "./delivery.ts";
import { invalidArgument, outOfRange, TimeoutError } from "./errors.ts";
import type { CallSite } from "./call-site.ts";
import type { Grant } from "./hold.ts";
import type { Scope } from "./scope.ts";
import { keepShape } from "./shape.ts";

/** What may interrupt a wait. Every operation that can wait takes these as its last argument. */
export interface WaitOptions {
  /**
   * Interrupts this one wait: it rejects with a CancelledError whose `cause` is `signal.reason`.
   * Already aborted: it rejects even if nothing had to wait.
   */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds until it rejects with a TimeoutError. 0 or less: it fails unless it can be granted
   * at once. NaN: RangeError. @default Infinity
   */
  timeout?: number | undefined;
  /**
   * Where the operation is, looked up once by `callSite()`: for a loop so hot that only some of its rounds
   * would be looked up. @default the caller's line, sampled
   */
  site?: CallSite | undefined;
}

/** The options of an operation that never waits. */
export const atOnce: WaitOptions = Object.freeze({ timeout: 0 });

/** The options of a wait that nothing interrupts. One object, so that the fast path can know it. */
export const patient: WaitOptions = Object.freeze({});

/** Where a waiter waits. */
export interface Room {
  /** What is waited for, for messages: `lock "accounts"`. */
  readonly describes: string;
  /** A waiter leaves before its turn (cancelled, timed out): take it off the line. */
  leave(waiter: Waiter, error: Error): void;
  /**
   * A waiter was cancelled after its grant and before it could run (X6): take the grant back. What is
   * returned, if anything, is the outcome in place of the error.
   */
  takeBack(waiter: Waiter, error: Error): PromiseLike<unknown> | undefined;
  /** A waiter's promise is about to settle. */
  delivered(waiter: Waiter, succeeded: boolean): void;
  /** Whether waiters may be failed that nothing can interrupt. */
  readonly mayFail: boolean;
  /** Someone wants to interrupt: true if the room deals with it itself. */
  passOn?(error: Error, waiter: Waiter): boolean;
  /**
   * A granted waiter is about to run: true if what it was told of is still there, with `waiter.outcome`
   * set; false if it has to wait again. Throws what the wait fails with.
   */
  fulfil?(waiter: Waiter): boolean;
}

/**
 * plain: it is given what it waits for. woken: it was told to look whether that is there. stays: it stays
 * whatever interrupts it, and resolves with the interruption, if there was one.
 */
type Mode = "plain" | "woken" | "stays";

type State = "parked" | "granted" | "failed" | "delivered";

let parking: Waiter | undefined;
let keepSettlers: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void;

/**
 * One parked promise. It leaves its room by a grant, a failure or an interruption.
 *
 * A waiter that nothing can interrupt settles at once. One that can be (by a signal, a timeout or
 * its task) is delivered one microtask later, and is asked again then: a cancel that came in the
 * same turn as the grant wins, and the grant is taken back (X6).
 */
export class Waiter {
  readonly room: Room;
  /** What it does: `acquire`, `read`. */
  readonly operation: string;
  // On the prototype unless they are another: a line of 100,000 has them 100,000 times.
  /** How many permits it asks for. @default 1 */
  declare readonly permits: number;
  /** Higher goes first. @default 0 */
  declare readonly priority: number;
  /** Neighbours on the line of a wait queue. */
  next: Waiter | undefined = undefined;
  previous: Waiter | undefined = undefined;
  /** What it was granted, if that is a hold. */
  grant: Grant | undefined = undefined;
  /** The observer's own, see the seam. Of one that goes on waiting in another line: at first the earlier one's. */
  note: unknown = undefined;
  state: State = "parked";
  interruption: Interruption | undefined = undefined;
  mode: Mode = "plain";
  /** What the promise settles with. */
  outcome: unknown = undefined;
  #resolve!: (value: unknown) => void;
  #reject: ((error: unknown) => void) | undefined = undefined;

  constructor(room: Room, operation: string, permits: number = 1, priority: number = 0) {
    this.room = room;
    this.operation = operation;
    if (permits !== 1) this.permits = permits;
    if (priority !== 0) this.priority = priority;
  }

  /** The scope in which the wait began, if any. */
  get scope(): Scope | undefined {
    return this.interruption?.scope;
  }

  /** Whether its own options may end the wait: a signal, a timeout. */
  get mayGiveUp(): boolean {
    return this.interruption?.mayEnd === true;
  }

  /** The promise of this waiter; asked for once. */
  park<T>(options: WaitOptions, scope: Scope | undefined): Promise<T> {
    if (options.signal !== undefined || scope !== undefined || finite(options.timeout)) {
      this.interruption = new Interruption(this, options, scope);
    }
    // oxlint-disable-next-line typescript/no-this-alias -- handed to the one executor, see below
    parking = this;
    return new Promise<unknown>(keepSettlers) as Promise<T>;
  }

  /** Ends the wait with a value. */
  succeed(value: unknown, inTurn: boolean): void {
    this.state = "granted";
    if (this.interruption === undefined && !inTurn) this.#resolve(value);
    else this.#deliverLater(value);
  }

  /** Ends the wait with an error. */
  fail(error: unknown): void {
    this.state = "failed";
    this.#deliverLater(error);
  }

  /** Settles the promise, by what is true now. Called by the delivery, one microtask after the decision. */
  settle(): void {
    const interrupted = this.interruption?.decide();
    if (this.mode === "stays") this.outcome = interrupted;
    else if (interrupted !== undefined) this.#giveUp(interrupted);
    else if (this.state === "granted" && !this.#fulfilled()) return;
    this.#end();
  }

  /** False if it waits again. */
  #fulfilled(): boolean {
    try {
      if (this.room.fulfil?.(this) !== false) return true;
      this.state = "parked";
      return false;
    } catch (error) {
      this.state = "failed";
      this.outcome = error;
      return true;
    }
  }

  #giveUp(interrupted: Error): void {
    const instead = this.state === "granted" ? this.room.takeBack(this, interrupted) : undefined;
    this.state = instead === undefined ? "failed" : "granted";
    this.outcome = instead ?? interrupted;
  }

  #end(): void {
    const succeeded = this.state === "granted";
    this.interruption?.end();
    this.state = "delivered";
    // First this one, then whoever may go on because of it.
    if (succeeded) this.#resolve(this.outcome);
    else if (this.#reject === undefined) this.#resolve(Promise.reject(this.outcome));
    else this.#reject(this.outcome);
    this.room.delivered(this, succeeded);
    this.outcome = undefined;
  }

  #deliverLater(outcome: unknown): void {
    this.outcome = outcome;
    deliver(this);
  }

  static {
    Object.assign(this.prototype, { permits: 1, priority: 0 });
    // One executor for all waiters: a closure for each would cost more than the promise.
    keepSettlers = (resolve, reject) => {
      const waiter = parking as Waiter;
      waiter.#resolve = resolve;
      // A waiter that can't be interrupted is hardly ever rejected: don't keep the function alive.
      if (waiter.interruption !== undefined || waiter.room.mayFail) waiter.#reject = reject;
      parking = undefined;
    };
  }
}

/** Everything that may interrupt one waiter: its signal, its timeout, its task. */
class Interruption implements Interruptible {
  readonly #waiter: Waiter;
  readonly scope: Scope | undefined;
  readonly #signal: Watch | undefined;
  readonly #task: Watch | undefined;
  readonly #alarm: Alarm | undefined;
  #error: Error | undefined;

  constructor(waiter: Waiter, options: WaitOptions, scope: Scope | undefined) {
    this.#waiter = waiter;
    this.scope = scope;
    this.#task = scope?.canceller.watch(this);
    if (options.signal !== undefined) this.#signal = cancellerOf(options.signal).watch(this);
    const { timeout } = options;
    if (finite(timeout))
      this.#alarm = after(timeout, () => void this.interrupt(tookTooLong(this.describes, timeout)));
  }

  get describes(): string {
    return this.#waiter.room.describes;
  }

  waits(): Waiter[] {
    return [this.#waiter];
  }

  /** Whether there is more than its task's cancel to end the wait. */
  get mayEnd(): boolean {
    return this.#signal !== undefined || this.#alarm !== undefined;
  }

  interrupt(error: Error): Interrupted {
    const waiter = this.#waiter;
    if (waiter.state === "delivered") return "decided";
    if (waiter.state === "parked" && waiter.mode !== "stays") {
      if (waiter.room.passOn?.(error, waiter) === true) return "passed on";
      waiter.room.leave(waiter, error);
      waiter.fail(error);
    }
    this.#error = error;
    return "ends";
  }

  /** What interrupted the wait: its task's cancel before all else, which is delivered with it. */
  decide(): Error | undefined {
    return this.scope?.takePending() ?? this.#error;
  }

  /** Stops watching. */
  end(): void {
    this.#signal?.leave();
    this.#task?.leave();
    this.#alarm?.cancel();
  }
}

const nowhere: Room = { describes: "nothing", mayFail: false, leave() {}, takeBack() {}, delivered() {} };
const nobody = new Waiter(nowhere, "");
keepShape(nobody);
keepShape(new Interruption(nobody, patient, undefined));

/**
 * Why these options forbid even an operation that need not wait: they are none, a signal that is aborted
 * already, a timeout that is no number. Undefined if nothing speaks against it.
 */
export function objection(options: WaitOptions, describes: () => string): Error | undefined {
  if (typeof options !== "object" || options === null) return noOptions(options, describes());
  const { signal, timeout } = options;
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    return invalidArgument("signal is no AbortSignal");
  }
  if (signal?.aborted === true) return cancelled(describes(), signal);
  if (timeout !== undefined && (typeof timeout !== "number" || Number.isNaN(timeout)))
    return badTimeout(timeout);
  return undefined;
}

/** Why a wait can't begin: it would have to wait and may not, or its task is being cancelled (X2). */
export function refusal(
  options: WaitOptions,
  scope: Scope | undefined,
  describes: () => string,
): Error | undefined {
  if (options.timeout !== undefined && options.timeout <= 0) return tookTooLong(describes(), options.timeout);
  return scope?.takeForNewWait();
}

function badTimeout(timeout: unknown): Error {
  return typeof timeout === "number"
    ? outOfRange("timeout is NaN; it must be a number of milliseconds")
    : invalidArgument(`timeout is a ${typeof timeout}; it must be a number of milliseconds`);
}

function tookTooLong(describes: string, timeout: number): TimeoutError {
  return new TimeoutError(
    timeout > 0
      ? `waiting for ${describes} took longer than ${timeout} ms`
      : `${describes} is not free at once`,
  );
}

function finite(timeout: number | undefined): timeout is number {
  return timeout !== undefined && timeout !== Number.POSITIVE_INFINITY;
}
