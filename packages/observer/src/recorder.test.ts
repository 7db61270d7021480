import { Lock, ManualClock, observe, useClock } from "@holdup/primitives";
import { expect, onTestFinished, test } from "vitest";
import { Diagnosis } from "./diagnosis.ts";
import { settingsOf } from "./options.ts";
import { Recorder } from "./recorder.ts";

test("whenever figures are asked for, attention goes to what was waited for", () => {
  const clock = new ManualClock();
  using _time = useClock(clock);
  const failed = (error: unknown) => {
    throw error;
  };
  const world = () => ({ at: clock.now(), instances: [], siteOf: () => null, stalledSince: () => 0 });
  const diagnosis = new Diagnosis([], world, failed);
  onTestFinished(() => diagnosis.stop());
  const recorder = new Recorder(settingsOf({ sitesPerSecond: 250 }), diagnosis);
  using _observing = observe(recorder);
  const inventory = new Lock("inventory");
  using _held = inventory.tryAcquire();
  void inventory.acquire();
  using _free = new Lock("receipts").tryAcquire();
  clock.advance(200);

  recorder.flush();

  const [waitedFor = Number.NaN, other = Number.NaN] = ["lock inventory", "lock receipts"].map(
    (key) => recorder.totals.get(key)?.attention.share,
  );
  // 125 a second are divided, of which each has ten in any case.
  expect(waitedFor / other).toBeCloseTo(125 / 10, 9);
});
