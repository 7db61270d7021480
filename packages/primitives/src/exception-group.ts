/**
 * Several errors at once, of tasks that ended together. Groups may hold groups: what belongs to an
 * inner task group stays together.
 */
export class ExceptionGroup extends AggregateError {
  /** Stable across releases. */
  readonly code = "ERR_EXCEPTION_GROUP";
  declare errors: unknown[];

  constructor(message: string, errors: Iterable<unknown>, options?: ErrorOptions) {
    super(errors, message, options);
  }

  static {
    this.prototype.name = "ExceptionGroup";
  }

  /** All errors that are no group, inner groups' included, in order. */
  leaves(): unknown[] {
    return this.errors.flatMap((error) => (error instanceof ExceptionGroup ? error.leaves() : [error]));
  }

  /** The errors for which `matches` holds, grouped as here; undefined if there is none. */
  subgroup(matches: (error: unknown) => boolean): ExceptionGroup | undefined {
    const kept = this.errors.flatMap((error) => {
      const part =
        error instanceof ExceptionGroup ? error.subgroup(matches) : matches(error) ? error : undefined;
      return part === undefined ? [] : [part];
    });
    if (kept.length === 0) return undefined;
    return new ExceptionGroup(
      this.message,
      kept,
      this.cause === undefined ? undefined : { cause: this.cause },
    );
  }

  /**
   * Those for which `matches` holds, and the rest: asyncio's `except*`.
   *
   * @example
   * ```ts
   * const [timeouts, rest] = group.split((error) => error instanceof TimeoutError);
   * if (rest !== undefined) throw rest;
   * ```
   */
  split(matches: (error: unknown) => boolean): [ExceptionGroup | undefined, ExceptionGroup | undefined] {
    return [this.subgroup(matches), this.subgroup((error) => !matches(error))];
  }
}
