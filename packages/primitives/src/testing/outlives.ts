/** Whether V8 keeps what it compiled, for tests of `keepShape`. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext, runInThisContext } from "node:vm";

setFlagsFromString("--expose-gc");
setFlagsFromString("--allow-natives-syntax");
const collectGarbage = runInNewContext("gc") as () => void;
const compile = runInThisContext(
  "(fn, object) => { %PrepareFunctionForOptimization(fn); fn(object); %OptimizeFunctionOnNextCall(fn); fn(object); }",
) as <T>(fn: (object: T) => unknown, object: T) => void;
const isCompiled = runInThisContext("(fn) => (%GetOptimizationStatus(fn) & 16) !== 0") as (
  fn: unknown,
) => boolean;

/** Whether code that was compiled for such an object is still there when the object is not. @throws Error if it was not compiled */
export function outlives<T>(fn: (object: T) => unknown, make: () => T): boolean {
  compileFor(fn, make);
  if (!isCompiled(fn)) throw new Error("V8 did not compile the function");
  collectGarbage();
  return isCompiled(fn);
}

// In a frame of its own: what is in that of a function that goes on is not collected.
function compileFor<T>(fn: (object: T) => unknown, make: () => T): void {
  compile(fn, make());
}
