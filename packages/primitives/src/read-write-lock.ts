import { Grant, HoldHandle, type Hold, type Lender } from "./hold.ts";
import { seam } from "./observer.ts";
import { Subject, type Named } from "./subject.ts";
import { WaitQueue, type AcquireOptions } from "./wait-queue.ts";
import { atOnce, patient, type Waiter, type WaitOptions } from "./waiter.ts";

/**
 * Lets many readers in at once, or one writer. Fair: a writer that waits stops readers who come after
 * it, so that it gets its turn; readers who stand together behind it go in together.
 *
 * @example
 * ```ts
 * const routes = new ReadWriteLock("routes");
 *
 * async function find(path: string) {
 *   using hold = await routes.read();
 *   return table.get(path);
 * }
 * ```
 */
export class ReadWriteLock {
  readonly subject: Subject;
  readonly #line: WaitQueue;
  readonly #readerSide: Lender;
  readonly #writerSide: Lender;
  // Invariant: never readers and a writer at once; while anyone waits, the first in the line can't enter.
  #readers = 0;
  #writing = false;

  constructor(options?: Named) {
    this.subject = new Subject("rwlock", options, 0, new.target);
    this.#line = new WaitQueue(this.subject, { moved: () => this.#serve() });
    this.#readerSide = { subject: this.subject, giveBack: () => this.#readerLeft() };
    this.#writerSide = { subject: this.subject, giveBack: () => this.#writerLeft() };
  }

  /** The name given, or `rwlock@<file>:<line>` of the constructor call. */
  get name(): string {
    return this.subject.name;
  }

  /** How many read now. */
  get readers(): number {
    return this.#readers;
  }

  /** Whether someone writes now. */
  get writing(): boolean {
    return this.#writing;
  }

  /** How many wait, readers and writers. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Waits until nobody writes and no writer is before it, then reads until the hold is released.
   * Cancel-safe.
   *
   * @throws CancelledError, TimeoutError as the options say
   */
  read(options: AcquireOptions = patient): Promise<Hold> {
    if (!this.#mayRead() || !this.#line.admits(options)) return this.#line.wait(options, "read");
    return Promise.resolve(this.#enter("read", options));
  }

  /** Reads if that need not wait. */
  tryRead(): Hold | undefined {
    return this.#mayRead() ? this.#enter("read", atOnce) : undefined;
  }

  /**
   * Waits until nobody reads or writes and nobody is before it, then writes until the hold is released.
   * Cancel-safe.
   *
   * @throws CancelledError, TimeoutError as the options say
   */
  write(options: AcquireOptions = patient): Promise<Hold> {
    if (!this.#mayWrite() || !this.#line.admits(options)) return this.#line.wait(options, "write");
    return Promise.resolve(this.#enter("write", options));
  }

  /** Writes if that need not wait. */
  tryWrite(): Hold | undefined {
    return this.#mayWrite() ? this.#enter("write", atOnce) : undefined;
  }

  #mayRead(): boolean {
    return !this.#writing && this.#line.quiet;
  }

  #mayWrite(): boolean {
    return !this.#writing && this.#readers === 0 && this.#line.quiet;
  }

  #enter(operation: "read" | "write", options: WaitOptions): Hold {
    const grant = this.#lend(operation);
    const hold = new HoldHandle(grant);
    seam.taken(grant, operation, options, hold);
    return hold;
  }

  #lend(operation: string): Grant {
    if (operation === "read") this.#readers++;
    else this.#writing = true;
    return new Grant(operation === "read" ? this.#readerSide : this.#writerSide, 1);
  }

  #readerLeft(): void {
    this.#readers--;
    this.#serve();
  }

  #writerLeft(): void {
    this.#writing = false;
    this.#serve();
  }

  #serve(): void {
    for (let next = this.#line.first; next !== undefined && this.#mayEnter(next); next = this.#line.first) {
      const grant = this.#lend(next.operation);
      this.#line.grant(next, new HoldHandle(grant), grant);
    }
  }

  #mayEnter({ operation }: Waiter): boolean {
    return !this.#writing && (operation === "read" || this.#readers === 0);
  }
}
