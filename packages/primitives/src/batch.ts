import { noOptions, noStream } from "./argument.ts";
import { after, type Alarm } from "./clock.ts";
import { outOfRange } from "./errors.ts";
import { JoinRoom } from "./join.ts";
import { scopeNow } from "./scope.ts";

/** The options of `batch`. */
export interface BatchOptions {
  /** Items in a full batch, at least 1. */
  size: number;
  /** Milliseconds after which what has come since a batch's first item is given, full or not. @default Infinity */
  every?: number | undefined;
}

/**
 * Groups items: gives full batches in order, and the rest at the end. It takes from the source only when
 * asked for a batch, so a slow consumer slows the source.
 *
 * After a batch given by time, the next item is asked of the source already: leave the loop then, and it
 * is lost. Otherwise no item is lost: when the source fails, or waiting for it is cancelled, what has come is given first
 * and the error is thrown after it.
 *
 * @throws RangeError when size is no whole number of at least 1, or every is no number above 0;
 *   TypeError for what is no async iterable, or without options
 *
 * @example
 * ```ts
 * for await (const rows of batch(readRows(), { size: 500, every: 1_000 })) await insert(rows);
 * ```
 */
export function batch<T>(source: AsyncIterable<T>, options: BatchOptions): AsyncIterable<T[]> {
  const error = noStream(source, "batch") ?? noOptions(options, "batch");
  if (error !== undefined) throw error;
  const { size, every = Number.POSITIVE_INFINITY } = options;
  if (!(Number.isInteger(size) && size >= 1))
    throw outOfRange(`size is ${size}; it must be a whole number of at least 1`);
  if (!(typeof every === "number" && every > 0))
    throw outOfRange(`every is ${every}; it must be a number of milliseconds above 0`);
  return { [Symbol.asyncIterator]: () => batches(source[Symbol.asyncIterator](), size, every) };
}

async function* batches<T>(source: AsyncIterator<T>, size: number, every: number): AsyncGenerator<T[], void> {
  const intake = new Intake(source);
  try {
    while (!intake.over) {
      const items = await collect(intake, size, every);
      if (items.length > 0) yield items;
    }
    if (intake.failure !== undefined) throw intake.failure.error;
  } finally {
    await intake.close();
  }
}

async function collect<T>(intake: Intake<T>, size: number, every: number): Promise<T[]> {
  const items: T[] = [];
  let late: Alarm | undefined;
  intake.resume();
  try {
    while (items.length < size && !intake.over) {
      const item = await intake.next();
      if (item === undefined) break;
      items.push(item.value);
      if (items.length === 1 && every !== Number.POSITIVE_INFINITY)
        late = after(every, () => intake.interrupt());
    }
  } finally {
    late?.cancel();
  }
  return items;
}

/** Takes from a source one by one; a wait for the next item can be given up without losing it. */
class Intake<T> {
  readonly #source: AsyncIterator<T>;
  readonly #arrived = new JoinRoom<void>("the next item", () => false);
  #asked = false;
  #item: { value: T } | undefined;
  #ended = false;
  #interrupted = false;
  failure: { error: unknown } | undefined;

  constructor(source: AsyncIterator<T>) {
    this.#source = source;
  }

  get over(): boolean {
    return (this.#ended || this.failure !== undefined) && this.#item === undefined;
  }

  /** The next item; undefined at the end, or when interrupted. */
  async next(): Promise<{ value: T } | undefined> {
    if (this.#item === undefined && !this.over && !this.#interrupted) await this.#await();
    const item = this.#item;
    this.#item = undefined;
    return item;
  }

  /** Has `next` wait for no item any more, until `resume`. */
  interrupt(): void {
    this.#interrupted = true;
    this.#arrived.succeed();
  }

  resume(): void {
    this.#interrupted = false;
  }

  /** Ends the source. One that still owes an item ends after that, which may never come: nobody waits for it. */
  async close(): Promise<void> {
    const owing = this.#asked;
    const closed = this.#source.return?.();
    if (owing) Promise.resolve(closed).catch(() => {});
    else await closed;
  }

  async #await(): Promise<void> {
    if (!this.#asked) void this.#ask();
    try {
      while (this.#asked && !this.#interrupted) await this.#arrived.join(scopeNow());
    } catch (error) {
      this.failure = { error };
    }
  }

  async #ask(): Promise<void> {
    this.#asked = true;
    try {
      const result = await this.#source.next();
      if (result.done === true) this.#ended = true;
      else this.#item = { value: result.value };
    } catch (error) {
      this.failure = { error };
    }
    this.#asked = false;
    this.#arrived.succeed();
  }
}
