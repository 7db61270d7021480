import { expect, test } from "vitest";
import { asCompleted, type Settled } from "./as-completed.ts";
import { useClock } from "./clock.ts";
import { Event } from "./event.ts";
import { ManualClock } from "./manual-clock.ts";
import { failing, forever, later, places } from "./oracle/work.ts";
import { currentTask, spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** All that it gives. */
async function collected<T>(completions: AsyncIterable<Settled<T>>): Promise<Settled<T>[]> {
  const all: Settled<T>[] = [];
  for await (const settled of completions) all.push(settled);
  return all;
}

test.each(places)(
  "AC1 outcomes come in the order of completion; all work starts at once, $where",
  async ({ within }) => {
    const started: number[] = [];
    const work = [6, 2, 4].map((turns, i) => () => {
      started.push(i);
      return later(`after ${turns}`, turns);
    });

    const all = await within(() => collected(asCompleted(work)));

    expect(all).toEqual([
      { index: 1, status: "fulfilled", value: "after 2" },
      { index: 2, status: "fulfilled", value: "after 4" },
      { index: 0, status: "fulfilled", value: "after 6" },
    ]);
    expect(started).toEqual([0, 1, 2]);
  },
);

test.each(places)("AC2 a failure is an outcome like any other, a cancel too, $where", async ({ within }) => {
  const cancelled = spawn(forever);
  const work = [() => failing("boom", 1), () => later(2, 3), cancelled];
  const collecting = within(() => collected(asCompleted(work)));
  await later(undefined, 5);

  cancelled.cancel("by itself");

  await expect(collecting).resolves.toEqual([
    { index: 0, status: "rejected", reason: expect.objectContaining({ message: "boom" }) },
    { index: 1, status: "fulfilled", value: 2 },
    { index: 2, status: "rejected", reason: expect.objectContaining({ cause: "by itself" }) },
  ]);
});

test.each(places)("AC4 when time is up the loop fails and the tasks go on, $where", async ({ within }) => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const gate = new Event("gate");
  const quick = spawn(() => "a");
  const slow = spawn(() => gate.wait().then(() => "b"));
  const seen: unknown[] = [];
  const looping = within(async () => {
    for await (const settled of asCompleted([quick, slow], { timeout: 50 })) seen.push(settled);
  });
  await turn();

  clock.advance(50);

  await expect(looping).rejects.toMatchObject({ code: "ERR_TIMEOUT", name: "TimeoutError" });
  expect(seen).toEqual([{ index: 0, status: "fulfilled", value: "a" }]);
  expect(slow.done).toBe(false);
  gate.set();
  await expect(slow).resolves.toBe("b");
});

test("AC4 what was done in time is given before the timeout is told", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const slow = spawn(forever);
  const completions = asCompleted([slow, () => "a"], { timeout: 50 })[Symbol.asyncIterator]();
  await turn();

  clock.advance(50);

  await expect(completions.next()).resolves.toMatchObject({ value: { value: "a" } });
  await expect(completions.next()).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  slow.cancel();
});

test("AC4 a timeout that was not needed leaves no alarm behind", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);

  await collected(asCompleted([() => 1, () => 2], { timeout: 50 }));

  expect(clock.alarms).toBe(0);
});

test("AC5 the same task twice counts once, and nothing gives nothing", async () => {
  const ham = spawn(() => "ham");

  const all = await collected(asCompleted([ham, ham, () => later("spam")]));

  expect(all).toMatchObject([
    { index: 0, value: "ham" },
    { index: 2, value: "spam" },
  ]);
  await expect(collected(asCompleted([]))).resolves.toEqual([]);
});

test.each(places)(
  "AC6 leaving the loop cancels nothing, and a second loop goes on, $where",
  async ({ within }) => {
    const finished: number[] = [];
    const work = [1, 2, 3].map((i) => () => later(undefined, i).then(() => finished.push(i)));

    const [first, rest] = await within(async () => {
      const completions = asCompleted(work);
      const seen: number[] = [];
      for await (const { index } of completions) {
        seen.push(index);
        break;
      }
      await later(undefined, 5);
      return [seen, await collected(completions)];
    });

    expect(first).toEqual([0]);
    expect(finished).toEqual([1, 2, 3]);
    expect(rest.map(({ index }) => index)).toEqual([1, 2]);
  },
);

test("AC6 a cancel of who loops leaves the tasks and what is done already alone", async () => {
  const slow = spawn(() => later("slow", 4));
  const completions = asCompleted([slow]);
  const looping = spawn(() => collected(completions));
  await turn();

  looping.cancel("enough");

  await expect(looping).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  await expect(collected(completions)).resolves.toMatchObject([{ value: "slow" }]);
});

test("AC6 a task that was cancelled before it loops does not wait (X7)", async () => {
  const slow = spawn(forever);

  const looping = spawn(async () => {
    currentTask()?.cancel("by itself");
    await collected(asCompleted([slow]));
  });

  await expect(looping).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "by itself" });
  expect(slow.done).toBe(false);
  slow.cancel();
});

test("AC7 a single piece of work is a TypeError, and so is a list of something else", () => {
  for (const single of [forever, spawn(() => 1), Promise.resolve(1), undefined]) {
    expect(() => asCompleted(single as never)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" }),
    );
  }
  expect(() => asCompleted([Promise.resolve(1) as never])).toThrow(TypeError);
  expect(() => asCompleted([], { timeout: Number.NaN })).toThrow(RangeError);
});

test("AC8 work starts in the order of the arguments, after the call", async () => {
  const started: number[] = [];
  const completions = asCompleted([0, 1, 2].map((i) => () => started.push(i)));
  expect(started).toEqual([]);

  await collected(completions);

  expect(started).toEqual([0, 1, 2]);
});
