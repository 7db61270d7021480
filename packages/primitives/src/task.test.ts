import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { isCancelled, rethrowIfCancelled } from "./errors.ts";
import { Lock } from "./lock.ts";
import { sleep } from "./sleep.ts";
import { allTasks, currentTask, onUnretrievedError, spawn, type Task } from "./task.ts";
import { taskGroup } from "./task-group.ts";
import { withTimeout } from "./with-timeout.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
const never = (lock: Lock) => lock.acquire();

/** A lock that is taken, for tasks to wait on. */
async function taken(): Promise<Lock> {
  const lock = new Lock("taken");
  await lock.acquire();
  return lock;
}

test("X1 a task's body does not run before its spawner yields", async () => {
  const order: string[] = [];
  const task = spawn(() => void order.push("body"));
  order.push("spawner");
  await task;
  expect(order).toEqual(["spawner", "body"]);
});

test("X2 a cancel is raised once, at the task's wait, which may be caught; the next wait works", async () => {
  const lock = await taken();
  const task = spawn(async () => {
    const first = await never(lock).catch((error: unknown) => error);
    await sleep(0);
    return isCancelled(first);
  });
  await turn();

  expect(task.cancel("stop")).toBe(true);
  expect(task.cancel("stop again")).toBe(true);
  await expect(task).resolves.toBe(true);
  expect(lock.waiting).toBe(0);
  expect(task.cancelled).toBe(false);
  expect(task.cancel()).toBe(false);
});

test("X3 a task cancelled before its first step never runs", async () => {
  let ran = false;
  const task = spawn(() => {
    ran = true;
  });
  task.cancel("no");
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "no" });
  expect(ran).toBe(false);
  expect(task.cancelled).toBe(true);
});

test("X4 the reason travels to whoever awaits, as the same error", async () => {
  const lock = await taken();
  let inside: unknown;
  const task = spawn(async () => {
    try {
      await never(lock);
    } catch (error) {
      inside = error;
      throw error;
    }
  });
  await turn();
  task.cancel({ because: "deploy" });

  const outside = await task.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outside).toBe(inside);
  expect(outside).toMatchObject({ cause: { because: "deploy" } });
});

test("X5 a task that swallows the cancel ends normally", async () => {
  const lock = await taken();
  const task = spawn(() =>
    never(lock).then(
      () => "granted",
      () => "swallowed",
    ),
  );
  await turn();
  task.cancel();
  await expect(task).resolves.toBe("swallowed");
  expect(task.cancelled).toBe(false);
});

test("X6 a cancel in the turn of the grant beats it, and the next waiter gets the lock", async () => {
  const lock = new Lock("a");
  const first = await lock.acquire();
  const task = spawn(() => lock.acquire());
  await turn();
  const next = lock.acquire();

  first.release();
  task.cancel();

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  (await next).release();
  expect(lock.locked).toBe(false);
});

test("X7 a task that cancels itself is cancelled at its next wait, or at its end", async () => {
  const lock = await taken();
  let after = false;
  const waits = spawn(async () => {
    currentTask()?.cancel();
    await never(lock);
    after = true;
  });
  const ends = spawn(() => {
    currentTask()?.cancel();
    return "value";
  });
  await expect(waits).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await expect(ends).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(after).toBe(false);
  expect(ends.cancelled).toBe(true);
});

test("X2 an operation that need not wait is no cancellation point", async () => {
  const lock = new Lock("free");
  const task = spawn(async () => {
    currentTask()?.cancel();
    using _hold = await lock.acquire();
    await sleep(0);
  });
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(lock.locked).toBe(false);
});

test("X9 awaiting a task passes the cancel into it", async () => {
  const lock = await taken();
  const inner = spawn(() => never(lock), { name: "inner" });
  const outer = spawn(async () => {
    await inner;
  });
  await turn();

  outer.cancel("stop");

  await expect(outer).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "stop" });
  expect(inner.cancelled).toBe(true);
  expect(outer.cancelled).toBe(true);
});

test("X9 what the inner task makes of the cancel is what the outer one sees", async () => {
  const lock = await taken();
  const inner = spawn(() =>
    never(lock).then(
      () => "granted",
      () => "swallowed",
    ),
  );
  const outer = spawn(async () => inner);
  await turn();
  outer.cancel();
  await expect(outer).resolves.toBe("swallowed");
});

test("X10 clean-up may wait during cancellation, and a second cancel interrupts it", async () => {
  const lock = await taken();
  const cleanedUp: string[] = [];
  const task = spawn(async () => {
    try {
      await never(lock);
    } finally {
      await sleep(0);
      cleanedUp.push("first");
      await never(lock);
      cleanedUp.push("never");
    }
  });
  await turn();
  task.cancel();
  await turn();
  await turn();
  task.cancel();
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(cleanedUp).toEqual(["first"]);
});

test("X11 rethrowIfCancelled lets a cancel through and nothing else", () => {
  expect(() => rethrowIfCancelled(new Error("other"))).not.toThrow();
  expect(() => rethrowIfCancelled(Object.assign(new Error("c"), { code: "ERR_CANCELLED" }))).toThrow("c");
});

test("X13 an error that nobody awaits is reported once, late, and ends nothing", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const reports: [unknown, string][] = [];
  using _listening = onUnretrievedError((error, name) => {
    if (name === "lonely" || name === "watched") reports.push([error, name]);
  });

  await failUnseen();
  for (let i = 0; i < 50 && reports.length === 0; i++) {
    collect();
    await turn();
  }

  expect(reports).toEqual([[expect.objectContaining({ message: "unseen" }), "lonely"]]);
});

async function failUnseen(): Promise<void> {
  spawn(() => Promise.reject(new Error("unseen")), { name: "lonely" });
  const seen = spawn(() => Promise.reject(new Error("seen")), { name: "watched" });
  await expect(seen).rejects.toThrow("seen");
  await turn();
}

test("X21 a task that awaits itself fails instead of hanging", async () => {
  const task: Task<unknown> = spawn(async () => {
    await task;
  });
  await expect(task).rejects.toMatchObject({ code: "ERR_INVALID_STATE" });
});

test("a task knows itself, is listed while it lives, and its signal stays aborted", async () => {
  const lock = await taken();
  const task = spawn(
    async () => {
      expect(currentTask()?.name).toBe("worker");
      await never(lock).catch(() => {});
      return currentTask()?.signal.aborted;
    },
    { name: "worker" },
  );
  await turn();
  expect(allTasks()).toContain(task);
  task.cancel("why");
  await expect(task).resolves.toBe(true);
  expect(task.signal.reason).toMatchObject({ cause: "why" });
  expect(allTasks()).not.toContain(task);
  expect(currentTask()).toBeUndefined();
});

test("a cancel reaches all waits that its task has open", async () => {
  const lock = await taken();
  const task = spawn(() => Promise.allSettled([never(lock), never(lock)]));
  await turn();
  task.cancel();
  const results = await task;
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(lock.waiting).toBe(0);
});

test("X9 a task that returns a task passes the cancel into it", async () => {
  const lock = await taken();
  const inner = spawn(() => never(lock));
  const outer = spawn(() => inner);
  await turn();

  outer.cancel("stop");

  await expect(outer).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "stop" });
  expect(inner.cancelled).toBe(true);
});

test("X9 a task that a child returns is not its parent's to cancel", async () => {
  const lock = await taken();
  const stranger = spawn(() => never(lock));
  const parent = spawn(async () => {
    spawn(() => stranger);
    await never(lock);
  });
  await turn();

  parent.cancel();

  await expect(parent).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(stranger.done).toBe(false);
  stranger.cancel();
});

test("X21 a child may return its parent's task: only its own would never end", async () => {
  let child: Task<unknown> | undefined;
  const parent = spawn(async () => {
    const self = currentTask();
    child = spawn(() => self);
    await turn();
    return "parent's result";
  });

  await expect(parent).resolves.toBe("parent's result");
  await expect(child).resolves.toBe("parent's result");
});

test("X9 tasks that await each other in a circle can be cancelled", async () => {
  const circle: Task<unknown>[] = [0, 1, 2].map((i) => spawn(async () => await circle[(i + 1) % 3]));
  await turn();

  circle[0]?.cancel("stop");

  for (const task of circle)
    await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "stop" });
});

test.each([
  { where: "its body", body: (fn: () => Promise<void>) => fn() },
  { where: "a timeout in it", body: (fn: () => Promise<void>) => withTimeout(Infinity, fn) },
  { where: "a group in it", body: (fn: () => Promise<void>) => taskGroup(fn) },
])("X7 a handler of the signal may wait and leaves the cancel to its task: $where", async ({ body }) => {
  const lock = await taken();
  const cleaned = new Lock("cleaned");
  const hold = await cleaned.acquire();
  const cleanUps: Promise<unknown>[] = [];
  const task = spawn(() =>
    body(async () => {
      const self = currentTask();
      self?.signal.addEventListener("abort", () => {
        cleanUps.push(cleaned.run(() => "plain"));
        cleanUps.push(withTimeout(Infinity, () => cleaned.run(() => "with a deadline")));
      });
      self?.cancel("by itself");
      await never(lock);
    }),
  );

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "by itself" });
  hold.release();

  await expect(Promise.all(cleanUps)).resolves.toEqual(["plain", "with a deadline"]);
});

test("X7 a task that cancels itself and awaits another passes the cancel into it", async () => {
  const lock = await taken();
  const inner = spawn(() => never(lock));
  await turn();

  const outer = spawn(async () => {
    currentTask()?.cancel("by itself");
    await inner;
  });

  await expect(outer).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "by itself" });
  expect(inner.cancelled).toBe(true);
});

test("what is no function is no task's work, and is refused at once", () => {
  const before = allTasks();

  for (const work of [undefined, null, 5, {}, Promise.resolve(1)]) {
    expect(() => spawn(work as never)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" }),
    );
  }

  expect(allTasks()).toEqual(before);
});
