/** The kinds of primitives. */
export type PrimitiveType = "lock" | "semaphore";

/** What every primitive's constructor takes. */
export interface PrimitiveOptions {
  /** Low cardinality: the same name for the same purpose. @default `<type>@<file>:<line>` of the constructor call */
  name?: string | undefined;
  /** Put on the primitive's telemetry. @default none */
  attributes?: Record<string, string | number | boolean> | undefined;
}

/** Every constructor takes, last, a name or its options. */
export type Named<Options extends PrimitiveOptions = PrimitiveOptions> = string | Options;

// A named function type would hide that any constructor will do.
type Constructor = abstract new (...args: never) => unknown;

/**
 * What a primitive is to those who measure it: its type, its name, and a slot in which the observer
 * keeps its own. A primitive has one, however many lines of waiters it has.
 */
export class Subject {
  readonly type: PrimitiveType;
  readonly attributes: Readonly<Record<string, string | number | boolean>> | undefined;
  /** How many may hold at once. */
  readonly limit: number;
  /** The observer's state of this primitive: here, not in a map, so that it costs one load. */
  slot: unknown = undefined;
  readonly #given: boolean;
  #name: string | undefined;
  // Where it was constructed, unread: reading a stack costs more than making a lock.
  #origin: { stack?: string } | undefined;

  /** `made` is the constructor that the user called; the frame above it gives an unnamed one its name. */
  constructor(type: PrimitiveType, options: Named | undefined, limit: number, made: Constructor) {
    this.type = type;
    this.limit = limit;
    this.#name = typeof options === "string" ? options : options?.name;
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
      this.#name = `${this.type}@${placeIn(this.#origin?.stack ?? "")}`;
      this.#origin = undefined;
    }
    return this.#name;
  }

  /** For messages: `lock "accounts"`. */
  get describes(): string {
    return `${this.type} "${this.name}"`;
  }
}

function originOf(made: Constructor): { stack?: string } {
  const origin = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(origin, made);
  Error.stackTraceLimit = limit;
  return origin;
}

// "    at open (file:///srv/app/src/db.ts:12:7)" -> "db.ts:12"
function placeIn(stack: string): string {
  const match = /([^/\\()\s]+):(\d+):\d+\)?$/.exec(stack.trimEnd());
  return match === null ? "unknown" : `${match[1]}:${match[2]}`;
}
