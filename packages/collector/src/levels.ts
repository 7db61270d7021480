/**
 * How many wait for and hold the primitives of one service: what each stream of each process told last, and the sums
 * of all processes that count. Processes of one service tell of the same primitives, so a stream's name is kept once.
 */

/** What one stream told. */
export interface Level {
  /** Tells the streams of one primitive apart. */
  readonly stream: string;
  readonly value: number;
  /** True: to be added to the value before. */
  readonly relative: boolean;
}

/** What one value of one process takes, in bytes, about. */
const levelBytes = 50;
/** What one stream takes besides its key, which all processes share. */
const streamBytes = 200;

/** More than ever wait at once: sums of so many stay exact. */
const maxLevel = 1_000_000_000;

interface Sum {
  value: number;
  streams: number;
}

interface Stream {
  readonly key: string;
  readonly primitive: string;
  readonly sum: Sum;
  /** How many processes have it. */
  uses: number;
}

export class Levels {
  // By the key of the primitive, of processes that count.
  readonly #sums = new Map<string, Sum>();
  // By the keys of the primitive and of the stream.
  readonly #streams = new Map<string, Stream>();
  /** How many processes count. */
  processes = 0;

  /** What one process tells; it does not count at first. */
  newProcess(): ProcessLevels {
    return new ProcessLevels(this);
  }

  /** How many it is in all processes that count. */
  sum(primitive: string): number {
    return Math.max(0, this.#sums.get(primitive)?.value ?? 0);
  }

  /** Takes in what a process told. How many bytes that takes, or undefined if there is no room for so many. */
  tell(process: ProcessLevels, primitive: string, level: Level, roomBytes: number): number | undefined {
    const key = primitive + level.stream;
    const known = this.#streams.get(key);
    if (known !== undefined && process.has(known)) {
      process.set(known, level);
      return 0;
    }
    const bytes = levelBytes + (known === undefined ? sizeOf(key) : 0);
    if (bytes > roomBytes) return undefined;
    process.set(known ?? this.#newStream(key, primitive), level);
    return bytes;
  }

  /** For processes: one of them has it no more. How many bytes that frees. */
  leave(stream: Stream): number {
    if (--stream.uses > 0) return levelBytes;
    this.#streams.delete(stream.key);
    if (--stream.sum.streams === 0) this.#sums.delete(stream.primitive);
    return levelBytes + sizeOf(stream.key);
  }

  #newStream(key: string, primitive: string): Stream {
    let sum = this.#sums.get(primitive);
    if (sum === undefined) this.#sums.set(primitive, (sum = { value: 0, streams: 0 }));
    sum.streams++;
    const stream: Stream = { key, primitive, sum, uses: 0 };
    this.#streams.set(key, stream);
    return stream;
  }
}

export class ProcessLevels {
  readonly #service: Levels;
  readonly #values = new Map<Stream, number>();
  #counts = false;

  constructor(service: Levels) {
    this.#service = service;
  }

  has(stream: Stream): boolean {
    return this.#values.has(stream);
  }

  set(stream: Stream, { value, relative }: Level): void {
    const before = this.#values.get(stream);
    if (before === undefined) stream.uses++;
    const after = bounded(relative ? (before ?? 0) + value : value);
    this.#values.set(stream, after);
    if (this.#counts) stream.sum.value += after - (before ?? 0);
  }

  /** From now on what it tells is in the sums. */
  count(): void {
    if (!this.#counts) this.#add(1);
    this.#counts = true;
  }

  /** From now on it is not, until it counts again. */
  discount(): void {
    if (this.#counts) this.#add(-1);
    this.#counts = false;
  }

  /** Nothing that it told is known any more. How many bytes that frees. */
  forget(): number {
    this.discount();
    let freed = 0;
    for (const stream of this.#values.keys()) freed += this.#service.leave(stream);
    this.#values.clear();
    return freed;
  }

  #add(sign: 1 | -1): void {
    this.#service.processes += sign;
    for (const [stream, value] of this.#values) stream.sum.value += sign * value;
  }
}

// Of a text, a character takes a byte or two.
function sizeOf(key: string): number {
  return streamBytes + 2 * key.length;
}

// A whole number, as sums of others would not come back to where they were.
function bounded(value: number): number {
  return Math.max(-maxLevel, Math.min(maxLevel, Math.round(value)));
}
