import { InvalidStateError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import type { Grant } from "./hold.ts";
import type { WaitQueue } from "./wait-queue.ts";
import type { Subject } from "./subject.ts";
import type { Waiter, WaitOptions } from "./waiter.ts";

/** How a wait, or an operation without a wait, ended without a grant. */
export type Failure = "timeout" | "cancelled" | "broken" | "shut_down" | "error";

/**
 * What is told to whoever measures. Every method is called in the turn in which the thing happens,
 * must return at once and must not call a primitive. `subject.slot`, `waiter.note` and `grant.note`
 * are the observer's own to write; nothing else here is.
 *
 * The life of a contended acquire: `parked`, `granted`, `resumed`, `releasing`, `released`.
 * Of one that is cancelled: `parked`, (`granted`,) `withdrawn`, `left`. Of one that need not wait: `taken`,
 * `releasing`, `released`.
 */
export interface Observer {
  /** An operation got its hold without waiting. `handle` is the user's end of it, if it has one. */
  taken(grant: Grant, operation: string, options: WaitOptions, handle: object | undefined): void;
  /** An operation of this kind had its way without waiting and without a hold: a put, a wait for an event that is set. */
  passed(queue: WaitQueue, operation: string): void;
  /** An operation failed without waiting: signal aborted before, or a timeout of 0. */
  refused(queue: WaitQueue, operation: string, failure: Failure): void;
  /** Someone began to wait. */
  parked(waiter: Waiter, options: WaitOptions): void;
  /**
   * A waiter left the line: what it waited for is its own (`waiter.grant`, if that is a hold, with `handle`
   * as the user's end of it).
   */
  granted(waiter: Waiter, handle: unknown): void;
  /** A waiter was told to look whether what it waits for is there now; called by who put it there. */
  woken?(waiter: Waiter): void;
  /** A granted waiter's code runs on, now. */
  resumed(waiter: Waiter): void;
  /** A waiter left the line without a grant, or what it was granted is taken back: it was no hold (X6). */
  withdrawn(waiter: Waiter): void;
  /** A wait ended without a grant: its code runs on, now, with an error. */
  left(waiter: Waiter, failure: Failure): void;
  /**
   * A hold ends; who is next gets it within this call, before `released`. True: nobody can be next, and all is recorded;
   * `released` may be left out.
   */
  releasing(grant: Grant): boolean | void;
  /** A hold has ended and was passed on; the place for all that can be recorded late. */
  released(grant: Grant): void;
  /** A task's code waits for other tasks or sleeps, which is a wait for no primitive; and goes on. */
  pausing?(waiter: Waiter): void;
  paused?(waiter: Waiter): void;
  /** State was read, or replaced by what may have been computed from it. */
  read?(subject: Subject): void;
  wrote?(subject: Subject): void;
  /** It is no longer installed, and will not be told how what it knows of ends. */
  removed?(): void;
}

// A property of an object is read quicker than one of the global object: it is asked for at every operation.
interface Seat {
  observer: Observer | undefined;
}

// On the global object, so that two copies of this package in one process share the observer.
const key = Symbol.for("holdup.observer.1");
const seatKey = Symbol.for("holdup.seat.1");
const framesKey = Symbol.for("holdup.frames.1");
const global = globalThis as { [key]?: Observer | undefined; [seatKey]?: Seat; [framesKey]?: Set<string> };
const seat: Seat = (global[seatKey] ??= { observer: global[key] });
Object.defineProperty(global, key, {
  configurable: true,
  get: () => seat.observer,
  set(observer: Observer | undefined) {
    seat.observer = observer;
  },
});

/**
 * Where the files of this package lie, of every copy in this process, as URLs with a final slash:
 * frames from there are nobody's call site.
 */
export const ownFrames: Set<string> = (global[framesKey] ??= new Set<string>());
ownFrames.add(new URL(".", import.meta.url).href);

/**
 * Installs the observer of this process. Nothing is measured until then, and nothing after the
 * returned disposable is disposed.
 *
 * @throws InvalidStateError if one is installed already
 *
 * @example
 * ```ts
 * using observing = observe(createObserver());
 * ```
 */
export function observe(observer: Observer): Disposable {
  if (seat.observer !== undefined) {
    throw new InvalidStateError(
      "an observer is installed already; dispose the first before you install another",
    );
  }
  seat.observer = observer;
  return {
    [Symbol.dispose]() {
      if (seat.observer !== observer) return;
      seat.observer = undefined;
      observer.removed?.();
    },
  };
}

/** Whether an observer is installed. */
export function isWatched(): boolean {
  return seat.observer !== undefined;
}

/**
 * The seam: the only door from the primitives to the observer. Costs one question when nobody
 * watches. An observer that throws is taken out: the program goes on, unobserved.
 */
export const seam = {
  taken(grant: Grant, operation: string, options: WaitOptions, handle?: object): void {
    const observer = seat.observer;
    if (observer === undefined) return;
    try {
      observer.taken(grant, operation, options, handle);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  passed(queue: WaitQueue, operation: string): void {
    const observer = seat.observer;
    if (observer === undefined) return;
    try {
      observer.passed(queue, operation);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  refused(queue: WaitQueue, operation: string, failure: Failure): void {
    const observer = seat.observer;
    if (observer === undefined) return;
    try {
      observer.refused(queue, operation, failure);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  parked(waiter: Waiter, options: WaitOptions): void {
    const observer = seat.observer;
    if (observer === undefined) return;
    try {
      observer.parked(waiter, options);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  granted(waiter: Waiter, handle?: unknown): void {
    const observer = seat.observer;
    if (observer === undefined) return;
    try {
      observer.granted(waiter, handle);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  woken(waiter: Waiter): void {
    const observer = seat.observer;
    if (observer?.woken === undefined) return;
    try {
      observer.woken(waiter);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  pausing(waiter: Waiter): void {
    const observer = seat.observer;
    if (observer?.pausing === undefined) return;
    try {
      observer.pausing(waiter);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  paused(waiter: Waiter): void {
    const observer = seat.observer;
    if (observer?.paused === undefined) return;
    try {
      observer.paused(waiter);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  read(subject: Subject): void {
    const observer = seat.observer;
    if (observer?.read === undefined) return;
    try {
      observer.read(subject);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  wrote(subject: Subject): void {
    const observer = seat.observer;
    if (observer?.wrote === undefined) return;
    try {
      observer.wrote(subject);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  /** Calls `resumed` right before the code behind a promise that is resolved next. */
  resuming(waiter: Waiter): void {
    if (seat.observer === undefined) return;
    about.add(waiter);
    // Promise reactions run in the order of their making: this one just before the waiter's own.
    void ready.then(resumeNext);
  },

  resumed(waiter: Waiter): void {
    const observer = seat.observer;
    if (observer === undefined) return;
    try {
      observer.resumed(waiter);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  withdrawn(waiter: Waiter): void {
    const observer = seat.observer;
    if (observer === undefined) return;
    try {
      observer.withdrawn(waiter);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  left(waiter: Waiter, failure: Failure): void {
    const observer = seat.observer;
    if (observer === undefined) return;
    try {
      observer.left(waiter, failure);
    } catch (error) {
      dismiss(observer, error);
    }
  },

  /** Whether nobody has to be told that it was released. */
  releasing(grant: Grant): boolean {
    const observer = seat.observer;
    if (observer === undefined) return true;
    try {
      return observer.releasing(grant) === true;
    } catch (error) {
      dismiss(observer, error);
      return true;
    }
  },

  released(grant: Grant): void {
    const observer = seat.observer;
    if (observer === undefined) return;
    try {
      observer.released(grant);
    } catch (error) {
      dismiss(observer, error);
    }
  },
};

const ready = Promise.resolve();
const about = new Fifo<Waiter>();

function resumeNext(): void {
  seam.resumed(about.take() as Waiter);
}

/** Takes an observer out that threw, with one warning. For what it does outside of the seam, too. */
export function dismiss(observer: Observer, error: unknown): void {
  if (seat.observer !== observer) return;
  seat.observer = undefined;
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(
    `Holdup's observer threw and was taken out; the program goes on unobserved. ${reason}`,
    {
      type: "HoldupWarning",
      code: "HOLDUP_OBSERVER_DISMISSED",
    },
  );
}
