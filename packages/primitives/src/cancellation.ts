import { AsyncLocalStorage } from "node:async_hooks";
import { CancelledError } from "./errors.ts";
import { Link } from "./link.ts";

/** A wait as those who may interrupt it see it. */
export interface Interruptible {
  /** Ends the wait with this error, unless its end is decided; true if the error was passed on instead. */
  interrupt(error: Error): boolean;
  /** What is waited for, for the message of the error. */
  readonly describes: string;
}

/**
 * What can cancel several waits at once: a signal or a task. Keeps them in a list of links, so
 * that one that ends leaves in constant time.
 */
export class Canceller {
  readonly #waits: Link<Interruptible | undefined> = new Link<Interruptible | undefined>(undefined);

  /** Has this wait interrupted when the time comes, until the link leaves. */
  watch(wait: Interruptible): Link<Interruptible | undefined> {
    const link = new Link<Interruptible | undefined>(wait);
    link.joinBefore(this.#waits);
    return link;
  }

  /** Interrupts all that wait now; says whether any passed the error on instead of ending. */
  interruptAll(error: (wait: Interruptible) => Error): boolean {
    let passedOn = false;
    for (let link = this.#waits.next; link !== this.#waits; link = link.next) {
      const wait = link.owner;
      if (wait?.interrupt(error(wait)) === true) passedOn = true;
    }
    return passedOn;
  }
}

const cancellers = new WeakMap<AbortSignal, Canceller>();

/** The canceller of a signal: one listener a signal, not one a wait (removing one walks the list of all). */
export function cancellerOf(signal: AbortSignal): Canceller {
  const known = cancellers.get(signal);
  if (known !== undefined) return known;
  const canceller = new Canceller();
  cancellers.set(signal, canceller);
  signal.addEventListener(
    "abort",
    () => canceller.interruptAll((wait) => cancelled(wait.describes, signal)),
    {
      once: true,
    },
  );
  return canceller;
}

/** The error of a wait whose signal is aborted. */
export function cancelled(describes: string, signal: AbortSignal): CancelledError {
  return new CancelledError(`waiting for ${describes} was cancelled by its signal`, { cause: signal.reason });
}

/** The part of a task that waits need: who can cancel it, and a cancel that is still to be delivered. */
export interface CancelScope {
  readonly canceller: Canceller;
  /** The cancel that was asked for and no wait has delivered yet; who takes it, delivers it. */
  takePending(): CancelledError | undefined;
}

// On the global object, so that two copies of this package in one process know of each other's tasks.
const key = Symbol.for("holdup.scope.1");
const shared = globalThis as { [key]?: AsyncLocalStorage<CancelScope> };

/** The task that runs now, as far as waits are concerned. */
export const currentScope: AsyncLocalStorage<CancelScope> = (shared[key] ??=
  new AsyncLocalStorage<CancelScope>());
