import { Subject, type Named } from "./subject.ts";
import { WaitQueue } from "./wait-queue.ts";
import { patient, type WaitOptions } from "./waiter.ts";

/**
 * A flag to wait for: set or not. `set()` lets all go on who wait, and everyone who comes until
 * `clear()`.
 *
 * @example
 * ```ts
 * const ready = new Event("database ready");
 *
 * void connect().then(() => ready.set());
 * await ready.wait({ timeout: 5_000 });
 * ```
 */
export class Event {
  readonly subject: Subject;
  readonly #line: WaitQueue;
  #set = false;

  constructor(options?: Named) {
    this.subject = new Subject("event", options, 0, new.target);
    this.#line = new WaitQueue(this.subject);
  }

  /** The name given, or `event@<file>:<line>` of the constructor call. */
  get name(): string {
    return this.subject.name;
  }

  get isSet(): boolean {
    return this.#set;
  }

  /** How many wait for it. */
  get waiting(): number {
    return this.#line.size;
  }

  /** Sets it; all who wait go on, in the order of their coming. Set again, nothing happens. */
  set(): void {
    this.#set = true;
    for (let next = this.#line.first; next !== undefined; next = this.#line.first) {
      this.#line.grant(next, undefined);
    }
  }

  /** Unsets it, for those who come from now on: whoever was let go, goes on. */
  clear(): void {
    this.#set = false;
  }

  /**
   * Resolves when it is set; at once if it is. Cancel-safe.
   *
   * @throws CancelledError, TimeoutError as the options say
   */
  wait(options: WaitOptions = patient): Promise<void> {
    if (!this.#set || !this.#line.admits(options)) return this.#line.wait(options, "wait");
    this.#line.pass("wait");
    return Promise.resolve();
  }
}
