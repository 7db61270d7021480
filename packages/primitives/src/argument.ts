import { invalidArgument } from "./errors.ts";

/** What a value is, for the message about a wrong argument: `number`, `null`. */
export function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}

/** Why `taker` can't take this for a function; undefined if it can. */
export function noFunction(fn: unknown, taker: string): TypeError | undefined {
  if (typeof fn === "function") return undefined;
  return invalidArgument(`${taker} takes a function, not ${kindOf(fn)}`);
}

/** Why `taker` can't take this for its options; undefined if it can. */
export function noOptions(options: unknown, taker: string): TypeError | undefined {
  if (typeof options === "object" && options !== null) return undefined;
  return invalidArgument(`${taker} takes an object with options, not ${kindOf(options)}`);
}

/** Why `taker` can't take this for a stream; undefined if it can. */
export function noStream(source: unknown, taker: string): TypeError | undefined {
  const { [Symbol.asyncIterator]: iterate } = (source ?? {}) as { [Symbol.asyncIterator]?: unknown };
  if (typeof iterate === "function") return undefined;
  return invalidArgument(`${taker} takes an async iterable, not ${kindOf(source)}`);
}
