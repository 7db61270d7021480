import { expect, test } from "vitest";
import { OverloadError, Pending, type Claim } from "./pending.ts";

function pendingAt(clock: { now: number }): Pending {
  return new Pending({ maxBytes: 100, now: () => clock.now });
}

/** A claim that tells whether it was asked to make room. */
function arriving(pending: Pending, sizeBytes: number): { claim: Claim; yielded: () => boolean } {
  const claim = pending.claim();
  let error: OverloadError | undefined;
  claim.onYield = (given) => (error = given);
  claim.take(sizeBytes);
  return { claim, yielded: () => error !== undefined };
}

test("what is taken is given back at the end of the block, once", () => {
  const pending = pendingAt({ now: 0 });
  {
    using claim = pending.claim();
    claim.take(60);
    expect([pending.bytes, pending.requests]).toEqual([60, 1]);
    claim.yield();
    expect(pending.bytes).toBe(0);
  }
  expect([pending.bytes, pending.requests]).toEqual([0, 0]);
});

test("without room a request that comes at the same time is refused, and those before it stay", () => {
  const pending = pendingAt({ now: 0 });
  const first = arriving(pending, 80);
  expect(() => arriving(pending, 30)).toThrow(OverloadError);
  expect([first.yielded(), pending.bytes]).toEqual([false, 80]);
});

test("who has been arriving for longest makes room, but for whoever has arrived", () => {
  const clock = { now: 0 };
  const pending = pendingAt(clock);
  const arrived = arriving(pending, 20);
  arrived.claim.onYield = undefined;
  const slow = arriving(pending, 40);
  clock.now = 500;
  const later = arriving(pending, 40);
  clock.now = 1_200;

  const fast = arriving(pending, 40);

  expect([arrived, slow, later, fast].map(({ yielded }) => yielded())).toEqual([false, true, false, false]);
  expect(pending.bytes).toBe(100);
  expect(() => arriving(pending, 30)).toThrow(OverloadError);
});
