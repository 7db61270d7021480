import { noOptions } from "./argument.ts";

/** The kinds of primitives. */
export type PrimitiveType =
  | "lock"
  | "rwlock"
  | "semaphore"
  | "queue"
  | "event"
  | "condition"
  | "barrier"
  | "pool"
  | "resource"
  | "task_group"
  | "stream"
  | "shared";

/** What every primitive's constructor takes. */
export interface PrimitiveOptions {
  /** Low cardinality: the same name for the same purpose. @default `<type>@<file>:<line>` of the constructor call */
  name?: string | undefined;
  /** Put on the primitive's telemetry. @default none */
  attributes?: Record<string, string | number | boolean> | undefined;
}

/** Every constructor takes, last, a name or its options. */
export type Named<Options extends PrimitiveOptions = PrimitiveOptions> = string | Options;

/** What is in a primitive that keeps something. */
export interface Contents {
  readonly size: number;
  /** How much fits; 0: no bound. */
  readonly maxSize: number;
}

type Callable = (abstract new (...args: never) => unknown) | ((...args: never) => unknown);

/**
 * What a primitive is to those who measure it: its type, its name, and a slot in which the observer
 * keeps its own. A primitive has one, however many lines of waiters it has.
 */
export class Subject {
  readonly type: PrimitiveType;
  readonly attributes: Readonly<Record<string, string | number | boolean>> | undefined;
  /** How many may hold at once; 0 where that has no meaning. */
  readonly limit: number;
  /** The observer's state of this primitive: here, not in a map, so that it costs one load. */
  slot: unknown = undefined;
  /** Of a primitive that keeps something: itself, to be asked how much that is. */
  contents: Contents | undefined = undefined;
  readonly #given: boolean;
  #name: string | undefined;
  // Where it was constructed, unread: reading a stack costs more than making a lock.
  #origin: { stack?: unknown } | undefined;

  /**
   * `made` is the constructor that the user called; the frame above it gives an unnamed one its name.
   *
   * @throws TypeError for options that are neither a name nor an object
   */
  constructor(type: PrimitiveType, options: Named | undefined, limit: number, made: Callable) {
    const error =
      options === undefined || typeof options === "string" ? undefined : noOptions(options, `the ${type}`);
    if (error !== undefined) throw error;
    this.type = type;
    this.limit = limit;
    const name = typeof options === "string" ? options : options?.name;
    this.#name = name === "" ? undefined : name;
    this.#given = this.#name !== undefined;
    this.attributes = typeof options === "object" ? options.attributes : undefined;
    if (this.#name === undefined) this.#origin = originOf(made);
  }

  /** Whether the user gave it its name. */
  get named(): boolean {
    return this.#given;
  }

  get name(): string {
    if (this.#name === undefined) {
      this.#name = `${this.type}@${placeIn(this.#origin?.stack)}`;
      this.#origin = undefined;
    }
    return this.#name;
  }

  /** For messages: `lock "accounts"`. */
  get describes(): string {
    return `${this.type} "${this.name}"`;
  }
}

function originOf(made: Callable): { stack?: unknown } {
  const origin = {};
  withStackLimit(1, () => Error.captureStackTrace(origin, made));
  return origin;
}

/** Runs `fn` with another limit of frames, where the program lets it be changed. */
export function withStackLimit(frames: number, fn: () => void): void {
  const limit = Error.stackTraceLimit;
  // A program may have frozen it (`--frozen-intrinsics`): then it stays as it is.
  const changed = Reflect.set(Error, "stackTraceLimit", frames);
  fn();
  if (changed) Reflect.set(Error, "stackTraceLimit", limit);
}

// "    at open (file:///srv/app/src/db.ts:12:7)" -> "db.ts:12"
function placeIn(stack: unknown): string {
  // A program may have its own Error.prepareStackTrace, which may give anything.
  const text = Array.isArray(stack) ? String(stack[0]) : String(stack);
  // The first frame is meant: there are more where the limit could not be set.
  const [, file, line] = /([^/\\()\s]+):(\d+):\d+\)?$/m.exec(text) ?? [];
  return file === undefined ? "unknown" : `${file}:${line}`;
}
