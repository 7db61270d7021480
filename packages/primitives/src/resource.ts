import { kindOf } from "./argument.ts";
import { invalidArgument } from "./errors.ts";
import { Grant, type Lender } from "./hold.ts";
import { Subject, type Named } from "./subject.ts";
import { reportUnretrieved } from "./task.ts";
import { WaitQueue } from "./wait-queue.ts";
import { patient, type Waiter } from "./waiter.ts";

/** A resource that is open; disposing closes it. */
export interface Opened<T> extends AsyncDisposable {
  readonly value: T;
}

/**
 * Makes an opener of something that is opened, used and closed. Observed, the time to open it is a wait
 * and the time that it is open is a hold.
 *
 * It is closed once, whether the block returns, throws or is cancelled. Opening that fails leaves nothing
 * to close; who is cancelled while it opens does not get it, and it is closed when it is open.
 *
 * @throws TypeError, at once, for what is no function
 *
 * @example
 * ```ts
 * const openDatabase = resource(() => connect(dsn), (db) => db.end(), "database");
 *
 * await using db = await openDatabase();
 * await db.value.query("SELECT 1");
 * ```
 */
export function resource<T>(
  open: () => Promise<T>,
  close: (value: T) => void | Promise<void>,
  options?: Named,
): () => Promise<Opened<T>> {
  if (typeof open !== "function" || typeof close !== "function") {
    throw invalidArgument(
      `resource takes a function that opens and one that closes, not ${kindOf(open)} and ${kindOf(close)}`,
    );
  }
  const opener = new Opener(open, close, new Subject("resource", options, 0, resource));
  return () => opener.open();
}

class Opener<T> implements Lender {
  readonly subject: Subject;
  readonly #open: () => Promise<T>;
  readonly #close: (value: T) => void | Promise<void>;
  readonly #line: WaitQueue;
  #parked: Waiter | undefined;

  constructor(open: () => Promise<T>, close: (value: T) => void | Promise<void>, subject: Subject) {
    this.subject = subject;
    this.#open = open;
    this.#close = close;
    this.#line = new WaitQueue(subject, {
      parked: (waiter) => (this.#parked = waiter),
      takeBack: (waiter) => this.#abandon(waiter),
    });
  }

  open(): Promise<Opened<T>> {
    this.#parked = undefined;
    const opened = this.#line.wait<Opened<T>>(patient, "open");
    const waiter = this.#parked as Waiter | undefined;
    // Refused: the task is being cancelled, and nothing was opened.
    if (waiter !== undefined) void this.#openFor(waiter);
    return opened;
  }

  giveBack(): void {
    // Nobody waits for what another has open.
  }

  async #openFor(waiter: Waiter): Promise<void> {
    try {
      const grant = new Grant(this, 1);
      const handle = new OpenHandle<T>(await this.#open(), this.#close, grant);
      if (waiter.state === "parked") this.#line.grant(waiter, handle, grant);
      else void this.#closeUnused(handle);
    } catch (error) {
      if (waiter.state === "parked") this.#line.fail(waiter, error as Error);
    }
  }

  #abandon(waiter: Waiter): undefined {
    void this.#closeUnused(waiter.outcome as OpenHandle<T>);
  }

  async #closeUnused(handle: OpenHandle<T>): Promise<void> {
    try {
      await handle.close();
    } catch (error) {
      reportUnretrieved(error, this.subject.describes);
    }
  }
}

class OpenHandle<T> implements Opened<T> {
  readonly value: T;
  readonly #close: (value: T) => void | Promise<void>;
  readonly #grant: Grant;
  #closing: Promise<void> | undefined;

  constructor(value: T, close: (value: T) => void | Promise<void>, grant: Grant) {
    this.value = value;
    this.#close = close;
    this.#grant = grant;
  }

  async close(): Promise<void> {
    await this.#close(this.value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#grant.live) return;
    await (this.#closing ??= this.#end());
  }

  async #end(): Promise<void> {
    try {
      await this.close();
    } finally {
      this.#grant.end();
    }
  }
}
