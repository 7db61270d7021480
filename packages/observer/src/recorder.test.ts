import { Lock, ManualClock, observe, useClock } from "@holdup/primitives";
import { expect, onTestFinished, test } from "vitest";
import { Diagnosis } from "./diagnosis.ts";
import { createObserver } from "./observer.ts";
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

/** Takes the lock and gives it back, so many times. */
function use(lock: Lock, times: number): void {
  for (let i = 0; i < times; i++) lock.tryAcquire()?.release();
}

async function waitFor(lock: Lock): Promise<void> {
  const held = lock.tryAcquire();
  const waiting = lock.acquire();
  held?.release();
  (await waiting).release();
}

test("nothing is left for the holds of a lock that nobody waits for, until someone does", async () => {
  const clock = new ManualClock();
  using _time = useClock(clock);
  const observer = createObserver({ sitesPerSecond: 40 });
  using _observing = observe(observer);
  const lock = new Lock("inventory");
  const lookedUp = () =>
    observer
      .snapshot()
      .primitives[0]?.byHolder.filter(({ site }) => site !== null)
      .reduce((sum, { holds }) => sum + holds, 0) ?? 0;
  use(lock, 1000);
  const atFirst = lookedUp();
  use(lock, 1000);
  expect(lookedUp()).toBe(atFirst);

  await waitFor(lock);
  use(lock, 1000);
  // What all share: a second's worth was put by.
  expect(lookedUp() - atFirst).toBeGreaterThanOrEqual(38);
});

test("of a lock that was waited for lately holds are kept as often as there is room, though nothing else is left for them", async () => {
  const clock = new ManualClock();
  using _time = useClock(clock);
  const observer = createObserver({ sitesPerSecond: 0, flightEvents: 64_000 });
  using _observing = observe(observer);
  const lock = new Lock("inventory");
  await waitFor(lock);

  for (let ms = 0; ms < 1000; ms++) {
    use(lock, 4);
    clock.advance(1);
  }

  // A thousand a second, and a thousand that were put by.
  expect(observer.record().holds.length).toBeGreaterThan(1900);
});
