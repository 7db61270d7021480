import { types } from "node:util";
import type { Callable } from "./patches.ts";

// As it was before the program began: what a program does to promises later must not be done to these.
// oxlint-disable-next-line typescript/unbound-method -- called with what it is for
const promiseThen: Callable = Promise.prototype.then;

/**
 * Calls `settled` when the value of a user's function is there, or its error is, and changes nothing else: neither when a
 * promise's other reactions run nor whether a rejection counts as handled by more than the library. Only for values
 * that the library awaits itself. Returns what is to be handed on to it.
 */
export function onSettled<T>(value: T, settled: () => void): T {
  if (isPlainPromise(value)) promiseThen.call(value, settled, settled);
  else if (isThenable(value)) return once(value, settled) as T;
  else settled();
  return value;
}

/** Calls a user's function; `settled` when it is over, as {@link onSettled}. */
export function calling<T>(fn: () => T, settled: () => void): T {
  let value: T;
  try {
    value = fn();
  } catch (error) {
    settled();
    throw error;
  }
  return onSettled(value, settled);
}

interface Thenable {
  then(resolve: Callable, reject: Callable): unknown;
}

function isPlainPromise(value: unknown): boolean {
  return types.isPromise(value) && value.constructor === Promise && value.then === promiseThen;
}

function isThenable(value: unknown): value is Thenable {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return typeof (value as Partial<Thenable>).then === "function";
}

// A query builder runs its query at every `then`: it is to be called once, by the library.
function once(value: Thenable, settled: () => void): Thenable {
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- it stands for one
    then(resolve, reject) {
      return value.then(
        (result: unknown): unknown => {
          settled();
          return resolve(result);
        },
        (error: unknown): unknown => {
          settled();
          return reject(error);
        },
      );
    },
  };
}
