import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { useClock } from "./clock.ts";
import { Lock } from "./lock.ts";
import { ManualClock } from "./manual-clock.ts";
import { forever, places } from "./oracle/work.ts";
import { sleep } from "./sleep.ts";
import { spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
const listenersOf = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

test.each(places)("a signal that is no AbortSignal is a TypeError, $where", async ({ within }) => {
  const lock = new Lock("a");

  for (const signal of [new AbortController(), null, "signal", 7]) {
    const options = { signal: signal as never };
    const free = within(() => lock.acquire(options));
    await expect(free).rejects.toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG" });
    await expect(within(() => sleep(0, options))).rejects.toMatchObject({ code: "ERR_INVALID_ARG" });
  }

  expect(lock).toMatchObject({ locked: false, waiting: 0 });
});

test("a signal that is no AbortSignal costs nobody else's wait", async () => {
  const lock = new Lock("a");
  const hold = await lock.acquire();
  const task = spawn(async () => {
    await lock.acquire({ signal: new AbortController() as never }).catch(() => {});
    await forever();
  });
  await turn();
  const other = lock.acquire();

  task.cancel();
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  hold.release();

  (await other).release();
  expect(lock).toMatchObject({ locked: false, waiting: 0 });
});

test("a signal is listened to once, however many wait with it, and no more when they have ended", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const lock = new Lock("a");
  const hold = await lock.acquire();
  const { signal } = new AbortController();
  const granted = lock.acquire({ signal });
  const timedOut = lock.acquire({ signal, timeout: 5 });
  const task = spawn(() => lock.acquire({ signal }));
  await turn();
  expect(listenersOf(signal)).toBe(1);

  hold.release();
  clock.advance(5);
  task.cancel();
  (await granted).release();
  await expect(timedOut).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await turn();

  expect(listenersOf(signal)).toBe(0);
});

test("a signal that is waited with again is listened to again", async () => {
  const lock = new Lock("a");
  const hold = await lock.acquire();
  const abort = new AbortController();
  const first = lock.acquire({ signal: abort.signal });
  hold.release();
  using _hold = await first;
  await turn();

  const second = lock.acquire({ signal: abort.signal });
  abort.abort("enough");

  await expect(second).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(lock.waiting).toBe(0);
});

test("a wait that begins in the turn in which the last one ended is still heard", async () => {
  const lock = new Lock("a");
  const hold = await lock.acquire();
  const abort = new AbortController();
  const first = lock.acquire({ signal: abort.signal });
  hold.release();
  using _hold = await first;

  const second = lock.acquire({ signal: abort.signal });
  await turn();
  abort.abort("enough");

  await expect(second).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
});
