import { expect, test } from "vitest";
import { Lock, spawn } from "@holdup/primitives";
import { dumpOnTimeout, recordSpans, settled } from "./index.ts";

test("settled lets everything go on that can", async () => {
  const lock = new Lock("a");
  const hold = await lock.acquire();
  const got: string[] = [];
  const task = spawn(() => lock.run(() => void got.push("task")));
  await settled();
  expect(lock.waiting).toBe(1);

  hold.release();
  await settled();

  expect(got).toEqual(["task"]);
  await task;
});

test("recordSpans has every contended wait and the holds that it waited for", async () => {
  using recorded = recordSpans();
  const lock = new Lock("inventory");
  await Promise.all([lock.run(settled), lock.run(() => {}), lock.run(() => {})]);

  expect(recorded.waits("inventory")).toHaveLength(2);
  expect(recorded.holds("inventory").length).toBeGreaterThanOrEqual(1);
  expect(recorded.spans.length).toBeGreaterThanOrEqual(3);
  expect(recorded.snapshot().primitives).toMatchObject([{ name: "inventory", operations: 3, contended: 2 }]);
});

test("dumpOnTimeout tells who waits for what, and who holds it", async () => {
  const left = new Lock("left");
  const right = new Lock("right");
  const inOrder = (first: Lock, second: Lock) => async () => {
    using _first = await first.acquire();
    await settled();
    using _second = await second.acquire();
  };

  const hang = dumpOnTimeout(20, async () => {
    const tasks = [spawn(inOrder(left, right), { name: "A" }), spawn(inOrder(right, left), { name: "B" })];
    await Promise.all(tasks);
  });

  await expect(hang).rejects.toMatchObject({
    code: "ERR_HANG",
    message: expect.stringMatching(
      /lock "left":\n {2}held by A at .*testing\.test\.ts:\d+ .*\n {2}waited for by B at [\s\S]*lock "right":\n {2}held by B/,
    ),
  });
});

test("dumpOnTimeout passes results and errors of what ends in time", async () => {
  await expect(dumpOnTimeout(1000, () => 7)).resolves.toBe(7);
  await expect(dumpOnTimeout(1000, () => Promise.reject(new Error("boom")))).rejects.toThrow("boom");
  await expect(dumpOnTimeout(10, () => new Promise(() => {}))).rejects.toThrow("no primitive is waited for");
});
