import { kindOf, noOptions } from "./argument.ts";
import { FifoBuffer, LifoBuffer, PriorityBuffer, type Buffer } from "./buffer.ts";
import {
  invalidArgument,
  outOfRange,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
} from "./errors.ts";
import { Subject, type Named, type PrimitiveOptions } from "./subject.ts";
import { WaitQueue } from "./wait-queue.ts";
import { patient, type Waiter, type WaitOptions } from "./waiter.ts";

/** The options of a queue. */
export interface QueueOptions extends PrimitiveOptions {
  /** How many items fit; then `put` waits. A whole number; 0 or less: no bound. @default 0 */
  maxSize?: number | undefined;
}

/**
 * Passes items from producers to consumers, first in, first out, and lets producers wait when it is full.
 *
 * Who waits is woken in the order of coming, but has no claim: a newcomer that asks before it runs takes
 * the item or the room, and it stands at the end of its line again, as in asyncio. So the items of one
 * producer keep their order only if it awaits each put.
 *
 * `shutdown()` ends it: puts fail, gets take what is left and then fail; a `for await` over it ends. For
 * every item taken, call `taskDone()` if anyone waits by `join()` for the work to be done.
 *
 * @example
 * ```ts
 * const jobs = new Queue<Job>({ name: "jobs", maxSize: 100 });
 *
 * async function worker() {
 *   for await (const job of jobs) await work(job);
 * }
 *
 * await jobs.put(job); // waits while 100 jobs wait
 * jobs.shutdown();
 * ```
 */
export class Queue<T> implements AsyncIterable<T> {
  /** What the observer knows it by; not for users. */
  readonly subject: Subject;
  /** How many items fit; 0: no bound. */
  readonly maxSize: number;
  readonly #buffer: Buffer<T>;
  // Getters and putters are woken: each looks (`fulfil`) when it runs whether there is an item, or room,
  // and waits again if not. Joiners are granted: they go on, whatever is put in before they run.
  readonly #getters: WaitQueue;
  readonly #putters: WaitQueue;
  readonly #joiners: WaitQueue;
  #unfinished = 0;
  #shutDown = false;

  /** `buffer` orders the items; for subclasses. @throws RangeError when maxSize is no whole number */
  constructor(options?: Named<QueueOptions>, buffer: Buffer<T> = new FifoBuffer<T>()) {
    this.subject = new Subject("queue", options, 0, new.target);
    const maxSize = typeof options === "object" ? (options.maxSize ?? 0) : 0;
    if (!Number.isInteger(maxSize)) {
      throw outOfRange(`maxSize is ${maxSize}; it must be a whole number of items, 0 for no bound`);
    }
    this.maxSize = Math.max(0, maxSize);
    this.subject.contents = this;
    this.#buffer = buffer;
    this.#getters = new WaitQueue(this.subject, {
      fulfil: (waiter) => this.#fulfilGet(waiter),
      takeBack: () => this.#wakeGetter(),
    });
    this.#putters = new WaitQueue(this.subject, {
      fulfil: (waiter) => this.#fulfilPut(waiter),
      takeBack: () => this.#wakePutter(),
    });
    this.#joiners = new WaitQueue(this.subject);
  }

  /** The name given, or `queue@<file>:<line>` of the constructor call. */
  get name(): string {
    return this.subject.name;
  }

  /** How many items are in it. */
  get size(): number {
    return this.#buffer.size;
  }

  get empty(): boolean {
    return this.#buffer.size === 0;
  }

  get full(): boolean {
    return this.maxSize > 0 && this.#buffer.size >= this.maxSize;
  }

  /** Items that were put in, less those that `taskDone()` was called for or an immediate shutdown dropped. */
  get unfinished(): number {
    return this.#unfinished;
  }

  get waitingToGet(): number {
    return this.#getters.size;
  }

  get waitingToPut(): number {
    return this.#putters.size;
  }

  /**
   * Puts an item in; waits while the queue is full. Cancel-safe: a put that fails has put nothing in.
   *
   * @throws QueueShutDownError; CancelledError, TimeoutError as the options say; what `compare` of a
   *   priority queue throws
   */
  put(item: T, options: WaitOptions = patient): Promise<void> {
    if (this.#shutDown) return this.#putters.refuse(this.#shutDownError(), "put");
    if (this.full || !this.#putters.admits(options)) return this.#putters.wait(options, "put", 1, item);
    try {
      this.#add(item);
    } catch (error) {
      return this.#putters.refuse(error as Error, "put");
    }
    this.#putters.pass("put");
    return Promise.resolve();
  }

  /** Puts an item in now. @throws QueueFullError, QueueShutDownError; what `compare` throws */
  putNowait(item: T): void {
    if (this.#shutDown) throw this.#shutDownError();
    if (this.full)
      throw new QueueFullError(`${this.subject.describes} is full: it has ${this.maxSize} items`);
    this.#add(item);
    this.#putters.pass("put");
  }

  /**
   * Takes the next item; waits while the queue is empty. Cancel-safe: a get that fails has taken nothing.
   *
   * @throws QueueShutDownError when it is shut down and empty; CancelledError, TimeoutError as the options
   *   say; what `compare` of a priority queue throws
   */
  get(options: WaitOptions = patient): Promise<T> {
    if (this.empty && this.#shutDown) return this.#getters.refuse(this.#shutDownError(), "get");
    if (this.empty || !this.#getters.admits(options)) return this.#getters.wait(options, "get");
    let item: T;
    try {
      item = this.#take();
    } catch (error) {
      return this.#getters.refuse(error as Error, "get");
    }
    this.#getters.pass("get");
    return Promise.resolve(item);
  }

  /**
   * Takes the next item now.
   *
   * @throws QueueEmptyError, or QueueShutDownError when it is shut down; what `compare` throws
   */
  getNowait(): T {
    if (this.empty && this.#shutDown) throw this.#shutDownError();
    if (this.empty) throw new QueueEmptyError(`${this.subject.describes} is empty`);
    const item = this.#take();
    this.#getters.pass("get");
    return item;
  }

  /** Says that an item that was taken is dealt with. @throws RangeError when called more often than items were put */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw outOfRange(`taskDone was called more often than items were put into ${this.subject.describes}`);
    }
    this.#unfinished--;
    this.#releaseJoiners();
  }

  /**
   * Resolves when every item that was put is dealt with; at once if none is open. Cancel-safe. A shutdown
   * does not end it: items that are left or in work still need their `taskDone()`, unless they are dropped.
   *
   * @throws CancelledError, TimeoutError as the options say
   */
  join(options: WaitOptions = patient): Promise<void> {
    if (this.#unfinished > 0 || !this.#joiners.admits(options)) return this.#joiners.wait(options, "join");
    this.#joiners.pass("join");
    return Promise.resolve();
  }

  /**
   * Ends it for good: puts fail from now on, also those that wait; gets take what is left, then fail.
   * `immediate`: what is left is dropped, and counts as dealt with; may follow a shutdown without it.
   * @default immediate false
   *
   * @throws TypeError for options that are none; nothing has changed then
   */
  shutdown(options: { immediate?: boolean | undefined } = {}): void {
    const error = noOptions(options, "shutdown");
    if (error !== undefined) throw error;
    this.#shutDown = true;
    if (options.immediate === true) this.#drop();
    // They look again, and find that it is over.
    for (let next = this.#getters.first; next !== undefined; next = this.#getters.first)
      this.#getters.wake(next);
    for (let next = this.#putters.first; next !== undefined; next = this.#putters.first)
      this.#putters.wake(next);
  }

  /**
   * Takes items until the queue is shut down and empty. To end it earlier, break, or cancel its task: it
   * takes no options, and a `return()` during a pending `next()` waits until that has its item.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (error instanceof QueueShutDownError) return;
        throw error;
      }
      yield item;
    }
  }

  #add(item: T): void {
    this.#buffer.add(item);
    this.#unfinished++;
    this.#wakeGetter();
  }

  #take(): T {
    const item = this.#buffer.take();
    this.#wakePutter();
    return item;
  }

  #fulfilGet(waiter: Waiter): boolean {
    if (this.empty && this.#shutDown) throw this.#shutDownError();
    if (this.empty) return false;
    try {
      waiter.outcome = this.#take();
    } catch (error) {
      // A comparator that throws: the item is still there for the next one.
      this.#wakeGetter();
      throw error;
    }
    return true;
  }

  #fulfilPut(waiter: Waiter): boolean {
    if (this.#shutDown) throw this.#shutDownError();
    if (this.full) return false;
    try {
      this.#add(waiter.outcome as T);
    } catch (error) {
      this.#wakePutter();
      throw error;
    }
    waiter.outcome = undefined;
    return true;
  }

  #wakeGetter(): undefined {
    const { first } = this.#getters;
    if (first !== undefined && !this.empty) this.#getters.wake(first);
  }

  #wakePutter(): undefined {
    const { first } = this.#putters;
    if (first !== undefined && !this.full) this.#putters.wake(first);
  }

  #releaseJoiners(): void {
    if (this.#unfinished > 0) return;
    for (let next = this.#joiners.first; next !== undefined; next = this.#joiners.first) {
      this.#joiners.grant(next, undefined);
    }
  }

  #drop(): void {
    // taskDone may have been called before its item was taken.
    this.#unfinished = Math.max(0, this.#unfinished - this.size);
    this.#buffer.clear();
    this.#releaseJoiners();
  }

  #shutDownError(): QueueShutDownError {
    return new QueueShutDownError(`${this.subject.describes} is shut down`);
  }
}

/** A queue that gives the newest item first. */
export class LifoQueue<T> extends Queue<T> {
  constructor(options?: Named<QueueOptions>) {
    super(options, new LifoBuffer<T>());
  }
}

/** The options of a priority queue. */
export interface PriorityQueueOptions<T> extends QueueOptions {
  /** Below 0 when `a` goes before `b`. Equal ones go in the order of their coming. */
  compare: (a: T, b: T) => number;
}

/**
 * A queue that gives the smallest item first.
 *
 * @example
 * ```ts
 * const alarms = new PriorityQueue<Alarm>({ name: "alarms", compare: (a, b) => a.level - b.level });
 * ```
 */
export class PriorityQueue<T> extends Queue<T> {
  /** @throws RangeError when maxSize is no whole number; TypeError when compare is no function */
  constructor(options: PriorityQueueOptions<T>) {
    super(options, new PriorityBuffer<T>(comparatorOf(options)));
  }
}

function comparatorOf<T>(options: PriorityQueueOptions<T> | undefined): PriorityQueueOptions<T>["compare"] {
  const compare = options?.compare;
  if (typeof compare === "function") return compare;
  throw invalidArgument(`compare is ${kindOf(compare)}; a priority queue takes a function of two items`);
}
