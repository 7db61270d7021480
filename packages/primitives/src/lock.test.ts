import fc from "fast-check";
import { expect, test } from "vitest";
import { useClock } from "./clock.ts";
import { Condition } from "./condition.ts";
import { Lock } from "./lock.ts";
import { ManualClock } from "./manual-clock.ts";
import { spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test("L1 a free lock is taken without waiting", async () => {
  const lock = new Lock("a");
  const order: string[] = [];
  void turn().then(() => order.push("the loop turned"));

  using _hold = await lock.acquire();
  order.push("acquired");

  expect(order).toEqual(["acquired"]);
  expect(lock.locked).toBe(true);
});

test("L2 the lock is granted in the order of asking", async () => {
  const lock = new Lock("a");
  const order: string[] = [];
  const use = (name: string) =>
    lock.run(async () => {
      order.push(name);
      await turn();
    });

  await Promise.all(["A", "B", "C", "D", "E"].map(use));

  expect(order).toEqual(["A", "B", "C", "D", "E"]);
});

test("L2 a higher priority goes first, equal ones in the order of asking", async () => {
  const lock = new Lock("a");
  const first = await lock.acquire();
  const order: string[] = [];
  const use = (name: string, priority: number) => lock.run(() => void order.push(name), { priority });

  const all = [use("low", -1), use("a", 0), use("urgent", 9), use("b", 0), use("urgent too", 9)];
  first.release();
  await Promise.all(all);

  expect(order).toEqual(["urgent", "urgent too", "a", "b", "low"]);
});

test("L3 a release hands over to exactly one, and the lock stays taken meanwhile", async () => {
  const lock = new Lock("a");
  const first = await lock.acquire();
  const got: string[] = [];
  void lock.acquire().then(() => got.push("second"));
  void lock.acquire().then(() => got.push("third"));

  first.release();

  expect(lock.locked).toBe(true);
  expect(lock.tryAcquire()).toBeUndefined();
  await turn();
  expect(got).toEqual(["second"]);
});

test("L3 the releaser that asks again in the same turn goes behind who waits", async () => {
  const lock = new Lock("a");
  const order: string[] = [];
  const first = await lock.acquire();
  const waiter = lock.run(() => void order.push("waiter"));

  first.release();
  const again = lock.run(() => void order.push("releaser"));
  await Promise.all([waiter, again]);

  expect(order).toEqual(["waiter", "releaser"]);
});

test("L4 releasing twice throws NotHeldError and changes nothing", async () => {
  const lock = new Lock("accounts");
  const first = await lock.acquire();
  first.release();
  using _second = await lock.acquire();

  expect(() => first.release()).toThrow(
    expect.objectContaining({ code: "ERR_NOT_HELD", message: expect.stringContaining('lock "accounts"') }),
  );
  expect(lock.locked).toBe(true);
  expect(first.released).toBe(true);
});

test("L4 disposing after a release does nothing", async () => {
  const lock = new Lock("a");
  {
    using hold = await lock.acquire();
    hold.release();
  }
  expect(lock.locked).toBe(false);
});

test("L5 it has no owner: another task may release, and who asks again while holding waits", async () => {
  const lock = new Lock("a");
  const hold = await lock.acquire();
  const again = lock.acquire();
  await turn();
  expect(lock.waiting).toBe(1);

  await spawn(() => hold.release());

  (await again).release();
  expect(lock.locked).toBe(false);
});

test("L6 a cancelled waiter leaves the line and the next one gets the lock", async () => {
  const lock = new Lock("a");
  const first = await lock.acquire();
  const abort = new AbortController();
  const second = lock.acquire({ signal: abort.signal });
  const third = lock.acquire();

  abort.abort(new Error("enough"));
  first.release();

  await expect(second).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: { message: "enough" } });
  using hold = await third;
  expect(hold.released).toBe(false);
});

test("L7 a waiter cancelled in the turn of its grant passes the lock on", async () => {
  const lock = new Lock("a");
  const first = await lock.acquire();
  const abort = new AbortController();
  const second = lock.acquire({ signal: abort.signal });
  const third = lock.acquire();

  first.release();
  abort.abort();

  await expect(second).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  using hold = await third;
  expect(hold.released).toBe(false);
  expect(lock.waiting).toBe(0);
});

test("L8 when all waiters were cancelled, a free lock is taken at once", async () => {
  const lock = new Lock("a");
  const first = await lock.acquire();
  const abort = new AbortController();
  const waiters = [1, 2, 3].map(() => lock.acquire({ signal: abort.signal }));
  abort.abort();
  first.release();

  expect(lock.tryAcquire()).toBeDefined();
  for (const { status } of await Promise.allSettled(waiters)) expect(status).toBe("rejected");
});

test("L9 run releases when its function returns and when it throws, and passes both on", async () => {
  const lock = new Lock("a");

  await expect(lock.run(() => 7)).resolves.toBe(7);
  await expect(lock.run(() => Promise.reject(new Error("boom")))).rejects.toThrow("boom");

  expect(lock.locked).toBe(false);
});

test("L10 a waiter cancelled while waiting never releases", async () => {
  const lock = new Lock("a");
  using hold = await lock.acquire();
  const abort = new AbortController();
  const waiter = lock.run(() => {}, { signal: abort.signal });
  abort.abort();
  await expect(waiter).rejects.toMatchObject({ code: "ERR_CANCELLED" });

  expect(lock.locked).toBe(true);
  expect(hold.released).toBe(false);
});

test("L12 its state is readable", async () => {
  const lock = new Lock("accounts");
  expect(lock).toMatchObject({ name: "accounts", locked: false, waiting: 0 });
  using _hold = await lock.acquire();
  void lock.acquire();
  expect(lock).toMatchObject({ locked: true, waiting: 1 });
});

test("an unnamed lock is called after the line that made it", () => {
  class Ledger extends Lock {}

  expect(new Lock().name).toMatch(/^lock@lock\.test\.ts:\d+$/);
  expect(new Ledger().name).toMatch(/^lock@lock\.test\.ts:\d+$/);
});

test("an aborted signal rejects even when nothing had to wait", async () => {
  const lock = new Lock("a");

  await expect(lock.acquire({ signal: AbortSignal.abort("late") })).rejects.toMatchObject({
    code: "ERR_CANCELLED",
    cause: "late",
  });
  expect(lock.locked).toBe(false);
});

test("a wait longer than its timeout rejects, and its alarm is gone whichever way it ends", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const lock = new Lock("accounts");
  const first = await lock.acquire();
  const tooLong = lock.acquire({ timeout: 50 });
  const longEnough = lock.acquire({ timeout: 500 });

  clock.advance(50);
  await expect(tooLong).rejects.toMatchObject({
    code: "ERR_TIMEOUT",
    name: "TimeoutError",
    message: 'waiting for lock "accounts" took longer than 50 ms',
  });
  first.release();
  using _hold = await longEnough;

  expect(clock.alarms).toBe(0);
});

test("a timeout of 0 takes a free lock and fails on a taken one", async () => {
  const lock = new Lock("a");
  using _hold = await lock.acquire({ timeout: 0 });
  await expect(lock.acquire({ timeout: 0 })).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  expect(lock.waiting).toBe(0);
});

test("a timeout or a priority that is NaN is a RangeError", async () => {
  const lock = new Lock("a");
  await expect(lock.acquire({ timeout: Number.NaN })).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  using _hold = await lock.acquire();
  await expect(lock.acquire({ priority: Number.NaN })).rejects.toBeInstanceOf(RangeError);
});

test("a hold that outlasts its lease is taken back, its signal aborted, and its block ends quietly", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const lock = new Lock({ name: "a", lease: 100 });
  const next = lock.run(async (hold) => {
    const second = lock.acquire();
    clock.advance(100);
    expect(hold.released).toBe(true);
    expect(hold.signal.aborted).toBe(true);
    expect(() => hold.release()).toThrow(expect.objectContaining({ code: "ERR_NOT_HELD" }));
    return second;
  });

  const second = await next;

  expect(second.released).toBe(false);
  second.release();
  expect(clock.alarms).toBe(0);
});

test("a hold that waits for a condition has its lease, and that lease's signal, anew afterwards", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const lock = new Lock({ name: "a", lease: 100 });
  const changed = new Condition(lock);
  const hold = await lock.acquire();
  const before = hold.signal;
  clock.advance(90);
  const wait = changed.wait();
  clock.advance(1000);
  await lock.run(() => changed.notify());
  await wait;

  clock.advance(99);
  expect(hold.released).toBe(false);
  const { signal } = hold;
  clock.advance(1);

  expect(hold.released).toBe(true);
  expect([before.aborted, signal.aborted]).toEqual([false, true]);
});

test("a lease must be a number of milliseconds above 0", () => {
  for (const lease of [0, -1, Number.NaN]) {
    expect(() => new Lock({ lease })).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
  }
});

test("whoever waits, leaves and releases: one holder at a time, in order, nobody forgotten", async () => {
  type Step =
    | { do: "acquire"; patience: number }
    | { do: "release" }
    | { do: "cancel"; which: number }
    | { do: "turn" };
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("acquire" as const), patience: fc.constantFrom(0, 1) }),
    },
    { weight: 3, arbitrary: fc.constant({ do: "release" as const }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), which: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.constant({ do: "turn" as const }) },
  );

  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60, size: "max" }), async (steps) => {
      const lock = new Lock("model");
      const held: { id: number; release(): void }[] = [];
      const granted: number[] = [];
      const ended = new Set<number>();
      const aborts: AbortController[] = [];
      let asked = 0;
      for (const step of steps) {
        if (step.do === "acquire") {
          const id = asked++;
          const abort = new AbortController();
          aborts.push(abort);
          lock.acquire(step.patience === 0 ? {} : { signal: abort.signal }).then(
            (hold) => {
              granted.push(id);
              held.push({ id, release: () => hold.release() });
            },
            () => ended.add(id),
          );
        } else if (step.do === "release") held.shift()?.release();
        else if (step.do === "cancel") aborts[step.which]?.abort();
        else await turn();
        expect(held.length).toBeLessThanOrEqual(1);
      }
      for (let rest = 0; rest <= asked; rest++) {
        await turn();
        held.shift()?.release();
      }
      expect(granted).toEqual(granted.toSorted((a, b) => a - b));
      expect(granted.length + ended.size).toBe(asked);
      expect(lock).toMatchObject({ locked: false, waiting: 0 });
    }),
    { numRuns: 300 },
  );
});

test("a priority that is NaN is refused on a free lock, too", async () => {
  const lock = new Lock("a");

  await expect(lock.acquire({ priority: Number.NaN })).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });

  expect(lock.locked).toBe(false);
});

test("each hold's signal is its own, and always the same", async () => {
  const lock = new Lock("a");
  const first = await lock.acquire();
  const { signal } = first;
  first.release();
  using second = await lock.acquire();

  expect(second.signal).not.toBe(signal);
  expect(second.signal).toBe(second.signal);
  expect(first.signal).toBe(signal);
});

test("a program's own Error.prepareStackTrace does no harm to an unnamed lock", () => {
  const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  try {
    for (const own of [(_: Error, frames: NodeJS.CallSite[]) => frames, () => undefined, () => 7]) {
      Error.prepareStackTrace = own;
      expect(new Lock().name).toMatch(/^lock@/);
    }
  } finally {
    if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Object.defineProperty(Error, "prepareStackTrace", before);
  }
});

test("an Error.stackTraceLimit that can't be written does no harm to an unnamed lock", () => {
  const before = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit");
  Object.defineProperty(Error, "stackTraceLimit", { value: 10, writable: false });
  try {
    expect(new Lock().name).toMatch(/^lock@lock\.test\.ts:\d+$/);
    expect(Error.stackTraceLimit).toBe(10);
  } finally {
    if (before !== undefined) Object.defineProperty(Error, "stackTraceLimit", before);
  }
});

test("a priority that is no number is a TypeError, also on a free lock", async () => {
  const lock = new Lock("a");

  for (const priority of ["5", null, {}]) {
    await expect(lock.acquire({ priority: priority as never })).rejects.toMatchObject({
      name: "TypeError",
      code: "ERR_INVALID_ARG",
    });
  }

  expect(lock.locked).toBe(false);
});

test("what is no function can't be run, and nothing is acquired for it", async () => {
  const lock = new Lock("a");
  using _hold = await lock.acquire();

  for (const fn of [undefined, 5, Promise.resolve(1)])
    await expect(lock.run(fn as never)).rejects.toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG" });

  expect(lock.waiting).toBe(0);
});

test("a lease that is no number is refused", () => {
  expect(() => new Lock({ lease: "5" as never })).toThrow(
    expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
  );
});
