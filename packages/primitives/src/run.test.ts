import { expect, test } from "vitest";
import { Lock } from "./lock.ts";
import { run } from "./run.ts";
import { onUnretrievedError, spawn, type Task } from "./task.ts";
import { sleep } from "./sleep.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

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

test("X12 leftovers that await each other in a circle are ended, too", async () => {
  const result = run(async () => {
    const circle: Task<unknown>[] = [0, 1].map((i) => spawn(async () => await circle[1 - i]));
    await sleep(0);
    return "done";
  });

  await expect(result).resolves.toBe("done");
});

test("X12 a cancel from outside that comes while leftovers are cleaned up is not lost", async () => {
  let cleaningUp = false;
  const outer = spawn(async () => {
    await run(async () => {
      spawn(async () => {
        try {
          await sleep(1e6);
        } finally {
          cleaningUp = true;
          await turn();
        }
      });
      await sleep(0);
    });
    await sleep(0);
    return "went on";
  });
  while (!cleaningUp) await Promise.resolve().then(turn);

  outer.cancel("deploy");

  await expect(outer).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "deploy" });
});

test("a program that is no function is a TypeError", async () => {
  for (const main of [undefined, 5, Promise.resolve(1)])
    await expect(run(main as never)).rejects.toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG" });
});
