import { expect, test } from "vitest";
import { useClock } from "./clock.ts";
import { ManualClock } from "./manual-clock.ts";
import { failing, forever, later, places } from "./oracle/work.ts";
import { currentTask, spawn } from "./task.ts";
import { wait } from "./wait.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test.each(places)("T19 it waits for the first, the first error, or all, $where", async ({ within }) => {
  const a = spawn(() => later(1, 1));
  const b = spawn(() => failing("boom", 3));
  const c = spawn(() => later(3, 5));

  const first = await within(() => wait([a, b, c], { until: "first" }));
  const error = await within(() => wait([a, b, c], { until: "error" }));
  const all = await within(() => wait([a, b, c]));

  expect(first).toEqual({ done: [a], pending: [b, c] });
  expect(error).toEqual({ done: [a, b], pending: [c] });
  expect(all).toEqual({ done: [a, b, c], pending: [] });
  await expect(b).rejects.toThrow("boom");
});

test("T19 a cancel is no error, and without any error it waits for all", async () => {
  const cancelled = spawn(forever);
  const good = spawn(() => later("good", 4));
  const waiting = wait([cancelled, good], { until: "error" });
  await turn();

  cancelled.cancel();

  await expect(waiting).resolves.toEqual({ done: [cancelled, good], pending: [] });
});

test("T19 what is done already needs no waiting", async () => {
  const done = spawn(() => 1);
  const open = spawn(forever);
  await done;
  const order: string[] = [];
  void turn().then(() => order.push("the loop turned"));

  const { pending } = await wait([done, open], { until: "first" });
  order.push("went on");

  expect(pending).toEqual([open]);
  expect(order).toEqual(["went on"]);
  open.cancel();
});

test.each(places)("T19 a timeout throws nothing and cancels nothing, $where", async ({ within }) => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const open = spawn(forever);
  const waiting = within(() => wait([open], { timeout: 5 }));
  await turn();

  clock.advance(5);

  await expect(waiting).resolves.toEqual({ done: [], pending: [open] });
  expect(open.done).toBe(false);
  open.cancel();
});

test("T19 its alarm is gone whichever way it ends", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const open = spawn(forever);
  const inTime = spawn(() => wait([open], { timeout: 5 }));
  const cancelled = spawn(() => wait([open], { timeout: 5 }));
  await turn();
  expect(clock.alarms).toBe(2);

  cancelled.cancel();
  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  open.cancel();
  await inTime;

  expect(clock.alarms).toBe(0);
});

test("T19 several may wait for the same task, and the same task given twice counts once", async () => {
  const task = spawn(() => later("x", 2));

  const results = await Promise.all([wait([task, task]), wait(new Set([task]))]);

  expect(results).toEqual([
    { done: [task], pending: [] },
    { done: [task], pending: [] },
  ]);
});

test("T19 a cancel of who waits leaves the tasks alone (X9)", async () => {
  const inner = spawn(() => later("x", 4));
  const waiter = spawn(() => wait([inner]));
  await turn();

  waiter.cancel("enough");

  await expect(waiter).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(inner.done).toBe(false);
  await expect(inner).resolves.toBe("x");
});

test("T19 a task that was cancelled before it waits does not wait (X7)", async () => {
  const inner = spawn(forever);

  const waiter = spawn(async () => {
    currentTask()?.cancel("by itself");
    await wait([inner]);
  });

  await expect(waiter).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "by itself" });
  expect(inner.done).toBe(false);
  inner.cancel();
});

test.each(places)("T19 no task at all, or what is none, is an error, $where", async ({ within }) => {
  const empty = within(() => wait([]));
  const noTask = within(() => wait([forever as never]));
  const badTimeout = within(() => wait([spawn(() => 1)], { timeout: Number.NaN }));

  await expect(empty).rejects.toMatchObject({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
  await expect(noTask).rejects.toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG" });
  await expect(badTimeout).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
});

test("a single task is a TypeError, and so is an end to wait for that there is not", async () => {
  const wrong = { name: "TypeError", code: "ERR_INVALID_ARG" };
  const task = spawn(forever);

  for (const tasks of [task, undefined, null, 5])
    await expect(wait(tasks as never)).rejects.toMatchObject(wrong);
  for (const until of ["x", null]) {
    await expect(wait([task], { until: until as never })).rejects.toMatchObject(wrong);
  }

  task.cancel();
});
