import { CancelledError } from "./errors.ts";
import { Link } from "./link.ts";
import { keepShape } from "./shape.ts";
import type { Waiter } from "./waiter.ts";

/** What became of an interruption: it ends the wait, it was passed on instead, or the wait's end was decided. */
export type Interrupted = "ends" | "passed on" | "decided";

/** A wait as those who may interrupt it see it. */
export interface Interruptible {
  interrupt(error: Error): Interrupted;
  /** What is waited for, for the message of the error. */
  readonly describes: string;
  /** The waits that it stands for. */
  waits(): Iterable<Waiter>;
}

/**
 * What can cancel several waits at once: a signal or a scope. Keeps them in a list of links, so that
 * one that ends leaves in constant time.
 */
export class Canceller {
  readonly #waits: Link<Interruptible | undefined> = new Link<Interruptible | undefined>(undefined);

  /** Has this wait interrupted when the time comes, until the watch is left. */
  watch(wait: Interruptible): Watch {
    const watch = new Watch(wait, this);
    watch.joinBefore(this.#waits);
    return watch;
  }

  /** Interrupts all that wait now, and tells what became of it: "ends" if any ends by it. */
  interruptAll(error: (wait: Interruptible) => Error): Interrupted {
    let result: Interrupted = "decided";
    const waiting = [...this.waiting()];
    for (const wait of waiting) {
      const became = wait.interrupt(error(wait));
      if (became === "ends" || result === "decided") result = became;
    }
    return result;
  }

  /** Called when a watch is left. */
  left(): void {
    // A scope lives as long as its task.
  }

  protected get idle(): boolean {
    return this.#waits.next === this.#waits;
  }

  /** All that it would interrupt. */
  *waiting(): Generator<Interruptible, void> {
    for (let link = this.#waits.next; link !== this.#waits; link = link.next) {
      if (link.owner !== undefined) yield link.owner;
    }
  }
}

/** A wait's place with what can cancel it. */
export class Watch extends Link<Interruptible | undefined> {
  readonly #canceller: Canceller;

  constructor(wait: Interruptible, canceller: Canceller) {
    super(wait);
    this.#canceller = canceller;
  }

  override leave(): void {
    super.leave();
    this.#canceller.left();
  }
}

const nothing: Interruptible = { interrupt: () => "decided", describes: "nothing", waits: () => [] };
keepShape(new Canceller().watch(nothing));

/**
 * The canceller of a signal: one listener a signal, not one a wait (removing one walks the list of all).
 * It listens only while anyone waits: a signal that is listened to is kept alive by Node.
 */
class SignalCanceller extends Canceller {
  readonly #signal: AbortSignal;
  readonly #onAbort = () => void this.interruptAll((wait) => cancelled(wait.describes, this.#signal));
  #listening = false;

  constructor(signal: AbortSignal) {
    super();
    this.#signal = signal;
  }

  override watch(wait: Interruptible): Watch {
    if (!this.#listening) this.#signal.addEventListener("abort", this.#onAbort);
    this.#listening = true;
    return super.watch(wait);
  }

  override left(): void {
    if (this.idle) leaveLater(this);
  }

  /** Stops listening, unless someone waits again. */
  rest(): void {
    if (!this.idle || !this.#listening) return;
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#listening = false;
  }
}

const cancellers = new WeakMap<AbortSignal, SignalCanceller>();

export function cancellerOf(signal: AbortSignal): Canceller {
  const known = cancellers.get(signal);
  if (known !== undefined) return known;
  const canceller = new SignalCanceller(signal);
  cancellers.set(signal, canceller);
  return canceller;
}

// Listening costs more than a wait: whoever waits again in this turn finds it still listening.
let resting: Set<SignalCanceller> = new Set<SignalCanceller>();

function leaveLater(canceller: SignalCanceller): void {
  if (resting.size === 0) setImmediate(restAll);
  resting.add(canceller);
}

function restAll(): void {
  const idle = resting;
  resting = new Set();
  for (const canceller of idle) canceller.rest();
}

/** The error of a wait whose signal is aborted. */
export function cancelled(describes: string, signal: AbortSignal): CancelledError {
  return new CancelledError(`waiting for ${describes} was cancelled by its signal`, { cause: signal.reason });
}
