/**
 * The errors of Holdup. Each carries a stable `code`; a state that forbids an operation is a
 * `HoldupError`, a bad argument is JavaScript's own RangeError or TypeError.
 */

/** The base of all errors that tell of a state; catch by `code`, not by message. */
export class HoldupError extends Error {
  /** Stable across releases, for example `ERR_NOT_HELD`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static {
    // On the prototype, so that an error's own properties are only what it tells.
    this.prototype.name = "HoldupError";
  }
}

/**
 * A wait was interrupted by its signal or by its task's `cancel()`; `cause` is the reason given.
 * Let it pass: a handler that swallows it keeps a task alive that someone wanted to end.
 */
export class CancelledError extends HoldupError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_CANCELLED", message, options);
  }

  static {
    this.prototype.name = "CancelledError";
  }
}

/** A wait took longer than its `timeout`. */
export class TimeoutError extends HoldupError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_TIMEOUT", message, options);
  }

  static {
    this.prototype.name = "TimeoutError";
  }
}

/** A release of what is not held, or not any more. */
export class NotHeldError extends HoldupError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_NOT_HELD", message, options);
  }

  static {
    this.prototype.name = "NotHeldError";
  }
}

/** An operation that makes no sense in this state: a task that awaits itself, a second observer. */
export class InvalidStateError extends HoldupError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_INVALID_STATE", message, options);
  }

  static {
    this.prototype.name = "InvalidStateError";
  }
}

/** `getNowait` on an empty queue. */
export class QueueEmptyError extends HoldupError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_QUEUE_EMPTY", message, options);
  }

  static {
    this.prototype.name = "QueueEmptyError";
  }
}

/** `putNowait` on a full queue. */
export class QueueFullError extends HoldupError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_QUEUE_FULL", message, options);
  }

  static {
    this.prototype.name = "QueueFullError";
  }
}

/** A put after `shutdown()`, or a get when nothing is left after it. */
export class QueueShutDownError extends HoldupError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_QUEUE_SHUT_DOWN", message, options);
  }

  static {
    this.prototype.name = "QueueShutDownError";
  }
}

/** A wait at a barrier that was aborted, or reset meanwhile. */
export class BrokenBarrierError extends HoldupError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_BROKEN_BARRIER", message, options);
  }

  static {
    this.prototype.name = "BrokenBarrierError";
  }
}

/**
 * A context variable that has no value, or a token that does not fit: used, or of another variable or
 * task.
 */
export class ContextValueError extends HoldupError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_CONTEXT_VALUE", message, options);
  }

  static {
    this.prototype.name = "ContextValueError";
  }
}

/** A RangeError with the code `ERR_OUT_OF_RANGE`. */
export function outOfRange(message: string): RangeError {
  return Object.assign(new RangeError(message), { code: "ERR_OUT_OF_RANGE" });
}

/** A TypeError with the code `ERR_INVALID_ARG`. */
export function invalidArgument(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG" });
}

/**
 * Whether an error is a cancellation, also one thrown by another copy of this package.
 *
 * @example
 * ```ts
 * const results = await Promise.allSettled(work);
 * const failed = results.filter((r) => r.status === "rejected" && !isCancelled(r.reason));
 * ```
 */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === "ERR_CANCELLED";
}

/**
 * Throws a cancellation on; does nothing for any other error. The first line of a `catch` block
 * that handles everything else.
 *
 * @example
 * ```ts
 * try {
 *   await step();
 * } catch (error) {
 *   rethrowIfCancelled(error);
 *   log(error);
 * }
 * ```
 */
export function rethrowIfCancelled(error: unknown): void {
  if (isCancelled(error)) throw error;
}
