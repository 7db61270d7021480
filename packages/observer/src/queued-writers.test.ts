import { expect, test } from "vitest";
import { ManualClock, observe, ReadWriteLock, useClock } from "@holdup/primitives";
import { createObserver } from "./observer.ts";

test("what readers wait for a writer that only waits itself is charged to that writer, besides its holders", async () => {
  const clock = new ManualClock();
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _clock = useClock(clock);
  using _observing = observe(observer);
  const catalogue = new ReadWriteLock("catalogue");
  async function reprice() {
    using _hold = await catalogue.write();
    clock.advance(40);
  }
  const first = await catalogue.read();

  const writing = reprice();
  clock.advance(10); // nobody stands behind the writer yet
  const readers = [catalogue.read(), catalogue.read()];
  clock.advance(100); // two readers behind it
  const pending = observer.snapshot().primitives[0]?.queuedWriters;
  clock.advance(50);
  first.release();
  await writing; // it holds for 40 ms: that is a hold like any other
  for (const hold of await Promise.all(readers)) hold.release();

  const site = { functionName: "reprice", filePath: expect.stringContaining("queued-writers.test.ts") };
  expect(pending).toEqual([{ site: expect.objectContaining(site), blockedMs: 200 }]);
  const [primitive] = observer.snapshot().primitives;
  expect(primitive?.queuedWriters).toEqual([{ site: expect.objectContaining(site), blockedMs: 300 }]);
  expect(primitive?.blockedMs).toBe(160 + 2 * 190);
});

test("… and where nobody looked up who it is, to one that is not known", async () => {
  const clock = new ManualClock();
  const observer = createObserver({ sitesPerSecond: 0 });
  using _clock = useClock(clock);
  using _observing = observe(observer);
  const catalogue = new ReadWriteLock("catalogue");
  const first = await catalogue.read();

  const writer = catalogue.write({ timeout: 10 });
  const reader = catalogue.read();
  clock.advance(10);

  await expect(writer).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  first.release();
  (await reader).release();
  expect(observer.snapshot().primitives[0]?.queuedWriters).toEqual([{ site: null, blockedMs: 10 }]);
});
