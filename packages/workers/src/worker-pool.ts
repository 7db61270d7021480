import { availableParallelism } from "node:os";
import type { Transferable } from "node:worker_threads";
import {
  Grant,
  HoldHandle,
  invalidArgument,
  InvalidStateError,
  now,
  outOfRange,
  ownFrames,
  patient,
  QueueFullError,
  seam,
  shield,
  Subject,
  waitFor,
  WaitQueue,
  type Hold,
  type Lender,
  type PrimitiveOptions,
  type WaitOptions,
} from "@holdup/primitives";
import { Piscina } from "piscina";

// A call site is where the pool is used, not where it waits.
ownFrames.add(new URL(".", import.meta.url).href);

/** The options of a pool. */
export interface WorkerPoolOptions extends PrimitiveOptions {
  /** The module whose default export runs a payload. */
  filename: string | URL;
  /** Jobs that run at once, each in a thread of its own. @default the processors that there are */
  maxThreads?: number | undefined;
  /** Jobs that may wait; one more fails at once. @default Infinity */
  maxQueue?: number | undefined;
}

/** The options of one job. */
export interface WorkerRunOptions extends WaitOptions {
  /** Parts of the payload that are moved to the thread instead of copied. @default none */
  transfer?: Transferable[] | undefined;
}

/**
 * Runs work in threads, so that the event loop stays free. First come, first served; as a primitive it
 * has a wait (the job is queued) and a hold (it runs). Payload and result are copied (structured clone);
 * context variables and locks don't cross.
 *
 * Who is cancelled while the job waits prevents it. Who is cancelled while it runs goes on at once, and
 * the job runs to its end, its result dropped. Disposing waits for running jobs; queued ones fail.
 *
 * @example
 * ```ts
 * await using pool = new WorkerPool({ filename: new URL("./hash.js", import.meta.url), name: "hash" });
 * const digest = await pool.run<string>({ file });
 * ```
 */
export class WorkerPool implements AsyncDisposable, Lender {
  readonly subject: Subject;
  readonly #threads: Piscina;
  readonly #line: WaitQueue;
  readonly #maxQueue: number;
  // Invariant: while any is free, nobody waits.
  #free: number;
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  /** @throws TypeError without a filename; RangeError when maxThreads or maxQueue is no whole number, or too low */
  constructor(options: WorkerPoolOptions) {
    const filename = moduleOf(options);
    const { maxThreads = availableParallelism(), maxQueue = Number.POSITIVE_INFINITY } = options;
    if (!(Number.isInteger(maxThreads) && maxThreads >= 1))
      throw outOfRange(`maxThreads is ${maxThreads}; a pool has a whole number of threads, at least 1`);
    if (maxQueue !== Number.POSITIVE_INFINITY && !(Number.isInteger(maxQueue) && maxQueue >= 0))
      throw outOfRange(`maxQueue is ${maxQueue}; it must be a whole number of jobs, 0 or more, or Infinity`);
    this.subject = new Subject("pool", options, maxThreads, new.target);
    this.#line = new WaitQueue(this.subject);
    this.#free = maxThreads;
    this.#maxQueue = maxQueue;
    // The line is ours, so that waiting is seen: the threads' own never has any.
    this.#threads = new Piscina({ filename, minThreads: 0, maxThreads });
  }

  /** The name given, or `pool@<file>:<line>` of the constructor call. */
  get name(): string {
    return this.subject.name;
  }

  /** How many jobs wait for a thread. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Runs a payload; resolves with what the module's function returns.
   *
   * @throws what the function throws; QueueFullError when too many wait; InvalidStateError when the pool
   *   is disposed; CancelledError, TimeoutError as the options say (the timeout is for waiting and running; with
   *   0 or less it fails unless a thread is free, and what runs has all the time)
   */
  async run<T>(payload: unknown, options: WorkerRunOptions = patient): Promise<T> {
    const timeout = options?.timeout ?? Number.POSITIVE_INFINITY;
    const deadline = timeout > 0 ? now() + timeout : Number.POSITIVE_INFINITY;
    const hold = await this.#acquire(options);
    const job = this.#start<T>(payload, options, hold);
    const result = shield(() => job);
    const leave = () => void result.cancel(options.signal?.reason);
    options.signal?.addEventListener("abort", leave);
    try {
      return await waitFor(result, deadline - now());
    } finally {
      options.signal?.removeEventListener("abort", leave);
    }
  }

  giveBack(): void {
    const next = this.#line.first;
    if (next === undefined) {
      this.#free++;
      return;
    }
    const grant = new Grant(this, 1);
    this.#line.grant(next, new HoldHandle(grant), grant);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (let next = this.#line.first; next !== undefined; next = this.#line.first) {
      this.#line.fail(next, this.#closedError());
    }
    await Promise.allSettled(this.#running);
    await this.#threads.destroy();
  }

  #acquire(options: WorkerRunOptions): Promise<Hold> {
    if (this.#closed) return this.#line.refuse(this.#closedError(), "run");
    if (this.#free === 0 && this.#line.size >= this.#maxQueue) {
      return this.#line.refuse(
        new QueueFullError(`${this.subject.describes} has ${this.#maxQueue} jobs waiting`),
        "run",
      );
    }
    if (this.#free === 0 || !this.#line.admits(options)) return this.#line.wait(options, "run");
    this.#free--;
    const grant = new Grant(this, 1);
    const hold = new HoldHandle(grant);
    seam.taken(grant, "run", options, hold);
    return Promise.resolve(hold);
  }

  async #start<T>(payload: unknown, { transfer }: WorkerRunOptions, hold: Hold): Promise<T> {
    const running = this.#threads.run(
      payload,
      transfer === undefined ? {} : { transferList: transfer as never },
    );
    this.#running.add(running);
    try {
      return (await running) as T;
    } finally {
      this.#running.delete(running);
      hold.release();
    }
  }

  #closedError(): InvalidStateError {
    return new InvalidStateError(`${this.subject.describes} is closed`);
  }
}

function moduleOf(options: WorkerPoolOptions | undefined): string {
  const filename = options?.filename;
  if ((typeof filename === "string" && filename !== "") || filename instanceof URL) return String(filename);
  throw invalidArgument(
    "a pool takes filename, the path or the URL of the module whose default export runs a payload",
  );
}
