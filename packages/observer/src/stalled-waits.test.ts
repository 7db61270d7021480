import { expect, test } from "vitest";
import { Lock, ManualClock, observe, useClock } from "@holdup/primitives";
import { createObserver } from "./observer.ts";

test("waiting while the event loop stood still is told by primitive, each wait as far as it lay in it", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver();
  using _observing = observe(observer);
  const [inventory, quiet] = [new Lock("inventory"), new Lock("quiet")];
  const holds = [await inventory.acquire(), await quiet.acquire()];
  const first = inventory.acquire();
  clock.advance(1000);
  const second = inventory.acquire();
  clock.advance(300);
  observer.loopStalled(500);

  expect(observer.takeStalledWaits()).toEqual([
    { type: "lock", name: "inventory", attributes: undefined, seconds: 0.8 },
  ]);
  expect(observer.takeStalledWaits()).toEqual([]);
  for (const hold of holds) hold.release();
  (await first).release();
  (await second).release();
});
