import { expect, test } from "vitest";
import { useClock } from "./clock.ts";
import { ManualClock } from "./manual-clock.ts";
import { sleep } from "./sleep.ts";
import { spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test("X20 sleep(0) lets the event loop turn once", async () => {
  const order: string[] = [];
  setImmediate(() => order.push("the loop turned"));
  await sleep(0);
  order.push("awake");
  expect(order).toEqual(["the loop turned", "awake"]);
});

test("X20 a cancelled sleep clears its timer", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const abort = new AbortController();
  const nap = sleep(1000, { signal: abort.signal });
  expect(clock.alarms).toBe(1);

  abort.abort("up");

  await expect(nap).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "up" });
  expect(clock.alarms).toBe(0);
});

test("X20 a sleeping task is woken by its cancel", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const task = spawn(() => sleep(1000));
  await turn();
  task.cancel();
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(clock.alarms).toBe(0);
});

test("X20 NaN is a RangeError", async () => {
  await expect(sleep(Number.NaN)).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
});

test("a sleep longer than its timeout fails at the timeout", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const nap = sleep(1000, { timeout: 10 });
  clock.advance(10);
  await expect(nap).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  expect(clock.alarms).toBe(0);
});

test("X20 what is no number of milliseconds is a TypeError", async () => {
  for (const ms of [undefined, "5", null]) {
    await expect(sleep(ms as never)).rejects.toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG" });
  }
});
