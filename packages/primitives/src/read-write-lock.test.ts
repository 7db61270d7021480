import fc from "fast-check";
import { expect, test } from "vitest";
import { useClock } from "./clock.ts";
import type { Hold } from "./hold.ts";
import { ManualClock } from "./manual-clock.ts";
import { Attempt, manners, patienceMs, type Manner } from "./oracle/attempt.ts";
import { ReadWriteLock } from "./read-write-lock.ts";
import { currentTask, spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test("readers go in together, without waiting", async () => {
  const lock = new ReadWriteLock("routes");
  const order: string[] = [];
  void turn().then(() => order.push("the loop turned"));

  using _first = await lock.read();
  using _second = await lock.read();
  order.push("both read");

  expect(order).toEqual(["both read"]);
  expect(lock).toMatchObject({ name: "routes", readers: 2, writing: false, waiting: 0 });
});

test("a writer is alone: neither readers nor writers come in until it has left", async () => {
  const lock = new ReadWriteLock("routes");
  const writer = await lock.write();
  expect(lock).toMatchObject({ readers: 0, writing: true });
  expect(lock.tryRead()).toBeUndefined();
  expect(lock.tryWrite()).toBeUndefined();
  const reader = lock.read();
  expect(lock.waiting).toBe(1);

  writer.release();

  expect(lock).toMatchObject({ readers: 1, writing: false, waiting: 0 });
  (await reader).release();
  expect(lock.tryWrite()).toBeDefined();
});

test("a writer waits for the last reader", async () => {
  const lock = new ReadWriteLock("routes");
  const [first, second] = [await lock.read(), await lock.read()];
  const writer = lock.write();
  expect(lock.tryWrite()).toBeUndefined();

  first.release();
  expect(lock.writing).toBe(false);
  second.release();

  expect(lock).toMatchObject({ readers: 0, writing: true, waiting: 0 });
  expect((await writer).released).toBe(false);
});

test("a writer that waits stops the readers who come after it; those go in together", async () => {
  const lock = new ReadWriteLock("routes");
  const order: string[] = [];
  const first = await lock.read();
  const enter = async (name: string, entering: Promise<Hold>) => {
    using _hold = await entering;
    order.push(`${name} in, ${lock.readers} reading`);
    await turn();
  };
  const all = [
    enter("writer", lock.write()),
    enter("reader A", lock.read()),
    enter("reader B", lock.read()),
    enter("writer 2", lock.write()),
    enter("reader C", lock.read()),
  ];
  expect(lock.tryRead()).toBeUndefined();

  first.release();
  await Promise.all(all);

  expect(order).toEqual([
    "writer in, 0 reading",
    "reader A in, 2 reading",
    "reader B in, 2 reading",
    "writer 2 in, 0 reading",
    "reader C in, 1 reading",
  ]);
});

test("a higher priority goes first, and in with who reads already", async () => {
  const lock = new ReadWriteLock("routes");
  const reader = await lock.read();
  const writer = lock.write();
  const urgent = await lock.read({ priority: 1 });
  expect(lock.readers).toBe(2);

  reader.release();
  urgent.release();

  expect((await writer).released).toBe(false);
});

test("a cancelled writer leaves the line, and the readers behind it go in", async () => {
  const lock = new ReadWriteLock("routes");
  using _reader = await lock.read();
  const abort = new AbortController();
  const writer = lock.write({ signal: abort.signal });
  const reader = lock.read();

  abort.abort("enough");

  await expect(writer).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect((await reader).released).toBe(false);
  expect(lock).toMatchObject({ readers: 2, waiting: 0 });
});

test("a writer whose time is up leaves the line, and the readers behind it go in", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const lock = new ReadWriteLock("routes");
  using _reader = await lock.read();
  const writer = lock.write({ timeout: 50 });
  const reader = lock.read({ timeout: 500 });

  clock.advance(50);

  await expect(writer).rejects.toMatchObject({
    code: "ERR_TIMEOUT",
    message: 'waiting for rwlock "routes" took longer than 50 ms',
  });
  expect((await reader).released).toBe(false);
  expect(clock.alarms).toBe(0);
});

test("tasks that are cancelled in the turn of their grant pass it on", async () => {
  const lock = new ReadWriteLock("routes");
  const writer = await lock.write();
  const cancelled = [spawn(() => lock.read()), spawn(() => lock.write())];
  await turn();
  const next = lock.write();

  writer.release();
  for (const task of cancelled) task.cancel("enough");

  for (const task of cancelled) await expect(task).rejects.toMatchObject({ cause: "enough" });
  expect((await next).released).toBe(false);
  expect(lock).toMatchObject({ readers: 0, writing: true, waiting: 0 });
});

test("a task that cancels itself does not get to wait", async () => {
  const lock = new ReadWriteLock("routes");
  using _writer = await lock.write();
  const task = spawn(() => {
    currentTask()?.cancel("changed my mind");
    return lock.read();
  });

  await expect(task).rejects.toMatchObject({ cause: "changed my mind" });
  expect(lock.waiting).toBe(0);
});

test("releasing twice throws NotHeldError and changes nothing", async () => {
  const lock = new ReadWriteLock("routes");
  const [first, second] = [await lock.read(), await lock.read()];
  first.release();

  expect(() => first.release()).toThrow(expect.objectContaining({ code: "ERR_NOT_HELD" }));
  first[Symbol.dispose]();

  expect(lock.readers).toBe(1);
  second.release();
  expect(lock.readers).toBe(0);
});

test("an aborted signal rejects even when nothing had to wait; a timeout of 0 fails where it has to", async () => {
  const lock = new ReadWriteLock();
  const { signal } = { signal: AbortSignal.abort("late") };
  await expect(lock.read({ signal })).rejects.toMatchObject({ cause: "late" });
  await expect(lock.write({ signal })).rejects.toMatchObject({ cause: "late" });

  using _reader = await lock.read({ timeout: 0 });

  await expect(lock.write({ timeout: 0 })).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  expect(lock.waiting).toBe(0);
  expect(lock.name).toMatch(/^rwlock@read-write-lock\.test\.ts:\d+$/);
});

test("never readers and a writer at once, nobody passes, nobody is forgotten, whoever is interrupted", async () => {
  type Step = "turn" | "advance" | "leave" | { enter: "read" | "write"; as: Manner } | { cancel: number };
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        enter: fc.constantFrom("read" as const, "read" as const, "write" as const),
        as: fc.constantFrom(...manners),
      }),
    },
    { weight: 3, arbitrary: fc.constant("leave" as const) },
    { weight: 4, arbitrary: fc.record({ cancel: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.constant("advance" as const) },
    { weight: 2, arbitrary: fc.constant("turn" as const) },
  );

  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60, size: "max" }), async (steps) => {
      const clock = new ManualClock();
      using _clock = useClock(clock);
      const lock = new ReadWriteLock("model");
      const attempts: Attempt<Hold>[] = [];
      const granted: number[] = [];
      const inside: { mode: "read" | "write"; hold: Hold }[] = [];
      let alone = true;

      const entered = (id: number, mode: "read" | "write") => {
        const hold = attempts[id]?.value;
        if (hold === undefined) return;
        granted.push(id);
        inside.push({ mode, hold });
        alone &&= inside.length === 1 || inside.every((other) => other.mode === "read");
      };
      const settle = async () => {
        await turn();
        expect(alone).toBe(true);
        const count = (mode: string) => inside.filter((other) => other.mode === mode).length;
        expect(lock).toMatchObject({ readers: count("read"), writing: count("write") === 1 });
        expect(lock.waiting).toBe(attempts.filter(({ outcome }) => outcome === "open").length);
        // Nobody waits who need not: someone is inside whom the first in the line can't join.
        expect(lock.waiting === 0 || inside.length > 0).toBe(true);
      };
      for (const step of steps) {
        if (step === "turn") await settle();
        else if (step === "advance") clock.advance(patienceMs);
        else if (step === "leave") inside.shift()?.hold.release();
        else if ("cancel" in step) attempts[step.cancel]?.cancel();
        else {
          const id = attempts.length;
          const ended = () => entered(id, step.enter);
          attempts.push(new Attempt(step.as, (options) => lock[step.enter](options), ended));
          if (step.as === "task") await settle();
        }
      }
      await settle();
      while (inside.length > 0) {
        inside.shift()?.hold.release();
        await settle();
      }
      // In the order of asking: readers never pass a writer that waits.
      expect(granted).toEqual(granted.toSorted((a, b) => a - b));
      expect(attempts.every(({ outcome }) => outcome === "ok" || outcome === "interrupted")).toBe(true);
      expect(lock).toMatchObject({ readers: 0, writing: false, waiting: 0 });
      expect(clock.alarms).toBe(0);
    }),
    { numRuns: 300 },
  );
});
