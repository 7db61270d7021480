import { setFlagsFromString } from "node:v8";
import { runInNewContext, runInThisContext } from "node:vm";
import { expect, test, vi } from "vitest";
import type { Interruptible } from "./cancellation.ts";
import type { Grant, HoldHandle, Lender } from "./hold.ts";
import type { Room, Waiter } from "./waiter.ts";

// Classes that nobody has used yet: what other tests put into theirs changes how they are laid out.
vi.resetModules();
const { Canceller } = await import("./cancellation.ts");
const holds = await import("./hold.ts");
const { keepShape } = await import("./shape.ts");
const { Subject } = await import("./subject.ts");
const waiters = await import("./waiter.ts");

setFlagsFromString("--expose-gc");
setFlagsFromString("--allow-natives-syntax");
const collectGarbage = runInNewContext("gc") as () => void;
const compile = runInThisContext(
  "(fn, object) => { %PrepareFunctionForOptimization(fn); fn(object); %OptimizeFunctionOnNextCall(fn); fn(object); }",
) as <T>(fn: (object: T) => unknown, object: T) => void;
const isCompiled = runInThisContext("(fn) => (%GetOptimizationStatus(fn) & 16) !== 0") as (
  fn: unknown,
) => boolean;

/** Whether code that was compiled for such an object is still there when the object is not. */
function outlives<T>(fn: (object: T) => unknown, make: () => T): boolean {
  compile(fn, make());
  expect(isCompiled(fn)).toBe(true);
  collectGarbage();
  return isCompiled(fn);
}

const subject = new Subject("lock", "a", 1, Subject);
const lender: Lender = { subject, giveBack() {} };
const room: Room = { describes: "a", mayFail: false, leave() {}, takeBack() {}, delivered() {} };
const wait: Interruptible = { describes: "a", interrupt: () => "decided", waits: () => [] };

test("code for an object whose shape is kept outlives it", () => {
  class Kept {
    value = 1;
  }
  class Lost {
    value = 1;
  }
  keepShape(new Kept());

  expect(
    outlives(
      (one: Kept) => one.value,
      () => new Kept(),
    ),
  ).toBe(true);
  expect(
    outlives(
      (one: Lost) => one.value,
      () => new Lost(),
    ),
  ).toBe(false);
});

test("where nobody waits or holds for a while, code for those who do is kept", () => {
  expect(
    outlives(
      (one: Grant) => one.live,
      () => new holds.Grant(lender, 1),
    ),
  ).toBe(true);
  expect(
    outlives(
      (one: HoldHandle) => one.released,
      () => new holds.HoldHandle(new holds.Grant(lender, 1)),
    ),
  ).toBe(true);
  expect(
    outlives(
      (one: Waiter) => one.state,
      () => new waiters.Waiter(room, "acquire"),
    ),
  ).toBe(true);
  expect(
    outlives(
      (one: { next: unknown }) => one.next,
      () => new Canceller().watch(wait),
    ),
  ).toBe(true);
});
