import { expect, test } from "vitest";
import { Lock } from "./lock.ts";
import { run } from "./run.ts";
import { onUnretrievedError, spawn } from "./task.ts";
import { sleep } from "./sleep.ts";

test("X12 the end of run cancels what is left, awaits its clean-up and returns main's result", async () => {
  const order: string[] = [];
  const result = await run(async () => {
    spawn(async () => {
      try {
        await sleep(1e6);
      } finally {
        await sleep(0);
        order.push("cleaned up");
      }
    });
    await sleep(0);
    return "main's result";
  });
  order.push("after run");

  expect(result).toBe("main's result");
  expect(order).toEqual(["cleaned up", "after run"]);
});

test("X12 an error of a leftover's clean-up is reported, and main's error passes", async () => {
  const reports: string[] = [];
  using _listening = onUnretrievedError(
    (error, name) => void reports.push(`${name}: ${(error as Error).message}`),
  );
  const failing = run(async () => {
    spawn(
      async () => {
        try {
          await sleep(1e6);
        } finally {
          // oxlint-disable-next-line no-unsafe-finally
          throw new Error("clean-up failed");
        }
      },
      { name: "leftover" },
    );
    await sleep(0);
    throw new Error("main failed");
  });

  await expect(failing).rejects.toThrow("main failed");
  expect(reports).toEqual(["leftover: clean-up failed"]);
});

test("X12 two runs do not end each other's tasks", async () => {
  const lock = new Lock("a");
  const hold = await lock.acquire();
  const long = run(async () => {
    const task = spawn(() => lock.run(() => "done"));
    return await task;
  });
  await run(async () => {});
  hold.release();
  await expect(long).resolves.toBe("done");
});
