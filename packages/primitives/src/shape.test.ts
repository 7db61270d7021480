import { expect, test, vi } from "vitest";
import type { Interruptible } from "./cancellation.ts";
import type { Grant, HoldHandle, Lender } from "./hold.ts";
import type { Room, Waiter } from "./waiter.ts";
import { outlives } from "./testing/outlives.ts";

// Classes that nobody has used yet: what other tests put into theirs changes how they are laid out.
vi.resetModules();
const { Canceller } = await import("./cancellation.ts");
const holds = await import("./hold.ts");
const { keepShape } = await import("./shape.ts");
const { Subject } = await import("./subject.ts");
const waiters = await import("./waiter.ts");

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
