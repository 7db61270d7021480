import { ROOT_CONTEXT } from "@opentelemetry/api";
import { expect, test, vi } from "vitest";
import type { Instance } from "./instance.ts";
import type { HoldDetail, HoldNote, SpanPlan, Stake, WaitNote } from "./notes.ts";
import { outlives } from "../../primitives/src/testing/outlives.ts";

// Classes that nobody has used yet: what other tests put into theirs changes how they are laid out.
vi.resetModules();
const { Grant, Subject, Waiter, WaitQueue } = await import("@holdup/primitives");
const { keepShapes } = await import("./examples.ts");
const instances = await import("./instance.ts");
const notes = await import("./notes.ts");
const { settingsOf } = await import("./options.ts");
const { Totals } = await import("./totals.ts");

/** A stake of a writer behind which readers stood. */
function stakeOf(instance: Instance): Stake {
  const stake = new notes.Stake(instance, {});
  stake.readersMs += 0.4;
  return stake;
}

/** A primitive on which time has gone by. */
function used(): { instance: Instance; wait: () => WaitNote; hold: () => HoldNote } {
  const queue = new WaitQueue(new Subject("lock", "a", 1, Subject));
  const { subject } = queue;
  const instance = new instances.Instance({}, new Totals(subject, "a", settingsOf({})));
  const grant = new Grant({ subject, giveBack() {} }, 1);
  const waiter = new Waiter(queue, "acquire");
  const wait = () => new notes.WaitNote(instance, waiter, 0.1, ROOT_CONTEXT, undefined, 0);
  const hold = () => new notes.HoldNote(instance, grant, "acquire", 0.2, undefined, ROOT_CONTEXT);
  instance.addWait(wait());
  instance.advance(0.3);
  instance.addHold(hold());
  instance.advance(0.7);
  return { instance, wait, hold };
}

test("where nobody waits or holds for a while, code for the notes of those who do is kept", () => {
  keepShapes(settingsOf({}));

  expect(
    outlives(
      (one: Instance) => one.share,
      () => used().instance,
    ),
  ).toBe(true);
  expect(
    outlives(
      (one: WaitNote) => one.grantedAt,
      () => used().wait(),
    ),
  ).toBe(true);
  expect(
    outlives(
      (one: HoldNote) => one.shareAtStart,
      () => used().hold(),
    ),
  ).toBe(true);
  expect(
    outlives(
      (one: HoldDetail) => one.reach,
      () => new notes.HoldDetail(used().instance, undefined),
    ),
  ).toBe(true);
  expect(
    outlives(
      (one: Stake) => one.heldMs,
      () => stakeOf(used().instance),
    ),
  ).toBe(true);
  expect(
    outlives(
      (one: SpanPlan) => one.chance,
      () => new notes.SpanPlan(0.9),
    ),
  ).toBe(true);
});
