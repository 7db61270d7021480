import fc from "fast-check";
import { expect, test } from "vitest";
import { useClock } from "./clock.ts";
import { Condition } from "./condition.ts";
import type { Hold } from "./hold.ts";
import { Lock } from "./lock.ts";
import { ManualClock } from "./manual-clock.ts";
import { Attempt, manners, patienceMs, type Manner } from "./oracle/attempt.ts";
import { currentTask, spawn } from "./task.ts";
import type { WaitOptions } from "./waiter.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Waits once on the condition, holding its lock; tells who went on, and whether the lock was held then. */
function waiting(
  changed: Condition,
  order: string[],
  name: string,
  options: WaitOptions = {},
): Promise<void> {
  return changed.run(async (hold) => {
    await changed.wait(options);
    order.push(hold.released || !changed.lock.locked ? `${name} without the lock` : name);
  });
}

test("C1 wait and notify need the lock to be held", async () => {
  const changed = new Condition(new Lock("stock"), "changed");

  await expect(changed.wait()).rejects.toMatchObject({
    code: "ERR_NOT_HELD",
    message: expect.stringContaining('lock "stock"'),
  });
  expect(() => changed.notify()).toThrow(expect.objectContaining({ code: "ERR_NOT_HELD" }));
  expect(() => changed.notifyAll()).toThrow(expect.objectContaining({ code: "ERR_NOT_HELD" }));
  expect(changed.waiting).toBe(0);
});

test("C1 anyone may notify while someone holds it", async () => {
  const changed = new Condition();
  const order: string[] = [];
  const wait = waiting(changed, order, "A");
  await turn();

  const hold = await changed.acquire();
  await spawn(() => changed.notify());
  hold.release();
  await wait;

  expect(order).toEqual(["A"]);
});

test("C2 a wait gives the lock up, and has it again, with the same hold, when it returns", async () => {
  const changed = new Condition(undefined, "changed");
  const hold = await changed.acquire();

  const wait = changed.wait();
  expect(changed).toMatchObject({ waiting: 1, lock: { locked: false } });
  expect(hold.released).toBe(true);
  expect(() => hold.release()).toThrow(expect.objectContaining({ code: "ERR_NOT_HELD" }));
  await changed.run(() => changed.notify());
  await wait;

  expect(hold.released).toBe(false);
  expect(changed).toMatchObject({ waiting: 0, lock: { locked: true } });
  hold.release();
  expect(changed.lock.locked).toBe(false);
});

test("C3 notify lets up to that many go on, in order, once the lock is free", async () => {
  const changed = new Condition();
  const order: string[] = [];
  const waits = ["A", "B", "C", "D"].map((name) => waiting(changed, order, name));
  await turn();

  const hold = await changed.acquire();
  changed.notify(2);
  await turn();
  expect(order).toEqual([]);
  hold.release();
  await turn();
  expect(order).toEqual(["A", "B"]);

  await changed.run(() => changed.notify(99));
  await Promise.all(waits);
  expect(order).toEqual(["A", "B", "C", "D"]);
  expect(changed.lock.locked).toBe(false);
});

test("C3 a notified waiter does not lose its place to who asks for the lock after the notify", async () => {
  const changed = new Condition();
  const order: string[] = [];
  const wait = waiting(changed, order, "waiter");
  await turn();

  const hold = await changed.acquire();
  changed.notify();
  const newcomer = changed.run(() => void order.push("newcomer"));
  hold.release();
  await Promise.all([wait, newcomer]);

  expect(order).toEqual(["waiter", "newcomer"]);
});

test("C3 a count that is no number of waiters is a RangeError, and nobody is notified", async () => {
  const changed = new Condition();
  const order: string[] = [];
  void waiting(changed, order, "A");
  await turn();

  using _hold = await changed.acquire();
  for (const count of [-1, Number.NaN]) {
    expect(() => changed.notify(count)).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
  }
  changed.notify(0);

  expect(changed.waiting).toBe(1);
});

test("C4 a notify while nobody waits is forgotten", async () => {
  const changed = new Condition();
  const order: string[] = [];
  await changed.run(() => changed.notify());

  void waiting(changed, order, "A");
  await turn();

  expect(order).toEqual([]);
  expect(changed.waiting).toBe(1);
});

test("C5 notifyAll lets all go on who wait then, and nobody who comes later", async () => {
  const changed = new Condition();
  const order: string[] = [];
  const waits = ["A", "B", "C"].map((name) => waiting(changed, order, name));
  await turn();

  await changed.run(() => changed.notifyAll());
  void waiting(changed, order, "late");
  await Promise.all(waits);
  await turn();

  expect(order).toEqual(["A", "B", "C"]);
  expect(changed.waiting).toBe(1);
});

test("C6 waitFor returns the predicate's value at once, and then needs no lock", async () => {
  const changed = new Condition();

  await expect(changed.waitFor(() => [1, 2])).resolves.toEqual([1, 2]);
  await expect(changed.waitFor(() => false)).rejects.toMatchObject({ code: "ERR_NOT_HELD" });
});

test("C6 waitFor looks again, under the lock, at each notification", async () => {
  const changed = new Condition();
  const seen: { stock: number; locked: boolean }[] = [];
  let stock = 0;
  const taken = changed.run(() =>
    changed.waitFor(() => {
      seen.push({ stock, locked: changed.lock.locked });
      return stock >= 2 ? `${stock} pieces` : undefined;
    }),
  );
  for (let i = 0; i < 2; i++) {
    await turn();
    await changed.run(() => {
      stock++;
      changed.notify();
    });
  }

  await expect(taken).resolves.toBe("2 pieces");
  expect(seen).toEqual([0, 1, 2].map((n) => ({ stock: n, locked: true })));
});

test("C6 an error of the predicate passes, with the lock held", async () => {
  const changed = new Condition();
  using hold = await changed.acquire();

  const wait = changed.waitFor(() => {
    throw new Error("boom");
  });

  await expect(wait).rejects.toThrow("boom");
  expect(hold.released).toBe(false);
});

test("C6 an aborted signal rejects even when the predicate holds, as does a timeout that is no number", async () => {
  const changed = new Condition();

  await expect(changed.waitFor(() => true, { signal: AbortSignal.abort("late") })).rejects.toMatchObject({
    code: "ERR_CANCELLED",
    cause: "late",
  });
  await expect(changed.waitFor(() => true, { timeout: Number.NaN })).rejects.toBeInstanceOf(RangeError);
  await expect(changed.waitFor(() => true, { timeout: 0 })).resolves.toBe(true);
});

test("C7 all look again at each notifyAll, in their order: the first whose predicate holds takes", async () => {
  const changed = new Condition();
  const items: number[] = [];
  const consumed: number[][] = [];
  const looked: number[] = [];
  const consume = (threshold: number) =>
    changed.run(async () => {
      await changed.waitFor(() => looked.push(threshold) > 0 && items.length >= threshold);
      consumed.push(items.splice(0, threshold));
    });
  const consumers = [5, 3, 2].map(consume);
  for (let item = 0; item < 10; item++) {
    await turn();
    await changed.run(() => {
      items.push(item);
      changed.notifyAll();
    });
  }
  await Promise.all(consumers);

  expect(consumed).toEqual([
    [0, 1],
    [2, 3, 4],
    [5, 6, 7, 8, 9],
  ]);
  expect(looked).toEqual([5, 3, 2, 5, 3, 2, 5, 3, 2, 5, 3, 5, 3, 5, 3, 5, 5, 5, 5, 5]);
});

test("C7 a woken waiter whose predicate fails goes to the back of the line", async () => {
  const changed = new Condition();
  const looked: string[] = [];
  const consume = (name: string) => void changed.run(() => changed.waitFor(() => looked.push(name) < 0));
  for (const name of ["A", "B"]) consume(name);
  await turn();
  looked.length = 0;

  for (let i = 0; i < 4; i++) {
    await changed.run(() => changed.notify());
    await turn();
  }

  expect(looked).toEqual(["A", "B", "A", "B"]);
});

test("C8 a waiter that is cancelled takes the lock again before it throws", async () => {
  const changed = new Condition();
  const abort = new AbortController();
  const hold = await changed.acquire();
  let ended = false;
  const wait = changed.wait({ signal: abort.signal }).finally(() => (ended = true));
  const other = await changed.acquire();

  abort.abort("enough");
  await turn();
  expect(ended).toBe(false);
  other.release();

  await expect(wait).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(hold.released).toBe(false);
  hold.release();
});

test("C8 a task that is cancelled while it waits gives the lock back at the end of its block", async () => {
  const changed = new Condition();
  const locked: boolean[] = [];
  const task = spawn(() =>
    changed.run(async () => {
      try {
        await changed.wait();
      } finally {
        locked.push(changed.lock.locked);
      }
    }),
  );
  await turn();
  const other = await changed.acquire();

  task.cancel("enough");
  await turn();
  expect(task.done).toBe(false);
  other.release();

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(locked).toEqual([true]);
  expect(changed.lock.locked).toBe(false);
});

test("C8 a task that cancels itself keeps the lock: it does not get to wait", async () => {
  const changed = new Condition();
  const task = spawn(() =>
    changed.run(async (hold) => {
      currentTask()?.cancel("changed my mind");
      await changed.wait().finally(() => expect(hold.released).toBe(false));
    }),
  );

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "changed my mind" });
  expect(changed).toMatchObject({ waiting: 0, lock: { locked: false } });
});

test("C9 cancelled while it takes the lock again, it keeps trying and throws the latest", async () => {
  const changed = new Condition();
  const seen: unknown[] = [];
  const task = spawn(() =>
    changed.run((hold) =>
      changed.wait().catch((error: unknown) => {
        seen.push((error as Error).cause, hold.released);
        throw error;
      }),
    ),
  );
  await turn();
  const other = await changed.acquire();
  changed.notify();
  await turn();

  task.cancel("one");
  await turn();
  task.cancel("two");
  await turn();
  expect(seen).toEqual([]);
  other.release();

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "two" });
  expect(seen).toEqual(["two", false]);
  expect(changed.lock.locked).toBe(false);
});

test("C9 a signal bounds the parking only: aborted after the notify, the wait returns", async () => {
  const changed = new Condition();
  const abort = new AbortController();
  using _hold = await changed.acquire();
  const wait = changed.wait({ signal: abort.signal });
  const other = await changed.acquire();

  changed.notify();
  await turn();
  abort.abort();
  other.release();

  await expect(wait).resolves.toBeUndefined();
});

test("C10 a notification that came together with a cancel goes to another waiter", async () => {
  const changed = new Condition();
  const order: string[] = [];
  const abort = new AbortController();
  const first = waiting(changed, order, "first", { signal: abort.signal });
  const second = waiting(changed, order, "second");
  await turn();

  await changed.run(() => {
    changed.notify();
    abort.abort();
  });

  await expect(first).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await second;
  expect(order).toEqual(["second"]);
});

test("C10 a task that is cancelled after its notification, while it takes the lock, passes it on", async () => {
  const changed = new Condition();
  let stock = 0;
  const consume = () =>
    changed.run(async () => {
      await changed.waitFor(() => stock > 0);
      stock--;
    });
  const [first, second] = [spawn(consume), spawn(consume)];
  await turn();

  await changed.run(async () => {
    stock++;
    changed.notify();
    await turn();
    first.cancel();
  });

  await expect(first).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await second;
  expect(stock).toBe(0);
});

test("C10 a notification that came together with a timeout goes to another waiter", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const changed = new Condition();
  const order: string[] = [];
  const first = waiting(changed, order, "first", { timeout: 50 });
  const second = waiting(changed, order, "second");
  await turn();

  await changed.run(() => {
    changed.notify();
    clock.advance(50);
  });

  await expect(first).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  await second;
  expect(order).toEqual(["second"]);
});

test("C11 several conditions share a lock, and each has its own waiters", async () => {
  const lock = new Lock("buffer");
  const [notEmpty, notFull] = [new Condition(lock), new Condition(lock)];
  const order: string[] = [];
  void waiting(notEmpty, order, "wants an item");
  const other = waiting(notFull, order, "wants room");
  await turn();

  await notFull.run(() => {
    expect(notEmpty.lock.locked).toBe(true);
    notFull.notifyAll();
  });
  await other;

  expect(order).toEqual(["wants room"]);
  expect(notEmpty.waiting).toBe(1);
});

test("C12 its scoped form is the lock's: released on return and on error", async () => {
  const lock = new Lock("stock");
  const changed = new Condition(lock);

  await expect(changed.run(() => lock.locked)).resolves.toBe(true);
  await expect(changed.run(() => Promise.reject(new Error("boom")))).rejects.toThrow("boom");
  {
    using _hold = await changed.acquire();
    expect(lock.tryAcquire()).toBeUndefined();
  }

  expect(lock.locked).toBe(false);
});

test("C13 a wait that takes too long throws with the lock held, and its alarm is gone", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const changed = new Condition(undefined, "changed");
  using hold = await changed.acquire();
  const wait = changed.wait({ timeout: 50 });

  clock.advance(50);

  await expect(wait).rejects.toMatchObject({
    code: "ERR_TIMEOUT",
    message: 'waiting for condition "changed" took longer than 50 ms',
  });
  expect(hold.released).toBe(false);
  expect(clock.alarms).toBe(0);
});

test("C13 the timeout of waitFor is for all of it, not for each wait", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const changed = new Condition();
  const result = changed.run((hold) =>
    changed.waitFor(() => false, { timeout: 100 }).finally(() => expect(hold.released).toBe(false)),
  );
  for (let i = 0; i < 2; i++) {
    await turn();
    clock.advance(40);
    await changed.run(() => changed.notify());
  }
  await turn();

  clock.advance(19);
  await turn();
  expect(changed.waiting).toBe(1);
  clock.advance(1);

  await expect(result).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  expect(clock.alarms).toBe(0);
});

test("C13 a wait with a timeout of 0 fails at once and keeps the lock", async () => {
  const changed = new Condition();
  using hold = await changed.acquire();

  await expect(changed.wait({ timeout: 0 })).rejects.toMatchObject({ code: "ERR_TIMEOUT" });

  expect(hold.released).toBe(false);
  expect(changed.waiting).toBe(0);
});

test("an unnamed condition and its lock are called after the line that made it", () => {
  const changed = new Condition();

  expect(changed.name).toMatch(/^condition@condition\.test\.ts:\d+$/);
  expect(changed.lock.name).toBe(changed.name);
});

test("no notification is lost and the lock is held after each wait, whoever is interrupted", async () => {
  type Step =
    | "put"
    | "put slowly"
    | "put all"
    | "turn"
    | "advance"
    | { take: Manner }
    | { cancel: number; put: boolean };
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    { weight: 10, arbitrary: fc.record({ take: fc.constantFrom(...manners) }) },
    { weight: 3, arbitrary: fc.constant("put" as const) },
    { weight: 2, arbitrary: fc.constant("put slowly" as const) },
    { weight: 1, arbitrary: fc.constant("put all" as const) },
    { weight: 4, arbitrary: fc.record({ cancel: fc.nat(2), put: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant("advance" as const) },
    { weight: 3, arbitrary: fc.constant("turn" as const) },
  );

  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 50, size: "max" }), async (steps) => {
      const clock = new ManualClock();
      using _clock = useClock(clock);
      const changed = new Condition(undefined, "model");
      const attempts: Attempt<void>[] = [];
      const producers: Promise<void>[] = [];
      let stock = 0;
      let put = 0;
      let owner: Hold | undefined;

      const owned = (hold: Hold) => {
        expect(owner).toBeUndefined();
        expect(hold.released).toBe(false);
        expect(changed.lock.locked).toBe(true);
        owner = hold;
      };
      const take = (options: WaitOptions) =>
        changed.run(async (hold) => {
          owned(hold);
          try {
            while (stock === 0) {
              owner = undefined;
              await changed.wait(options).finally(() => owned(hold));
            }
            stock--;
          } finally {
            owner = undefined;
          }
        }, options);
      const produce = (count: number, slowly: boolean) =>
        changed.run(async (hold) => {
          owned(hold);
          stock += count;
          put += count;
          if (count === 1) changed.notify();
          else changed.notifyAll();
          if (slowly) await turn();
          owner = undefined;
        });
      const putAtOnce = () => {
        using hold = changed.lock.tryAcquire();
        if (hold === undefined) return;
        stock++;
        put++;
        changed.notify();
      };
      const open = () => attempts.filter(({ outcome }) => outcome === "open").length;
      const settle = async () => {
        await turn();
        // At rest: who still waits, waits because nothing is there.
        if (!changed.lock.locked) expect(stock === 0 || open() === 0).toBe(true);
      };

      const cancel = (which: number) => {
        // Among those who wait longest: they are the ones that were notified just now.
        const waiters = attempts.filter(({ outcome, cancellable }) => outcome === "open" && cancellable);
        waiters[which]?.cancel();
      };
      for (const step of steps) {
        if (step === "put") producers.push(produce(1, false));
        else if (step === "put slowly") producers.push(produce(1, true));
        else if (step === "put all") producers.push(produce(3, false));
        else if (step === "advance") clock.advance(patienceMs);
        else if (step === "turn") await settle();
        else if ("take" in step) attempts.push(new Attempt(step.take, take));
        else {
          if (step.put) {
            await settle();
            putAtOnce();
          }
          cancel(step.cancel);
        }
      }
      await Promise.all(producers);
      await settle();

      expect(changed.lock).toMatchObject({ locked: false, waiting: 0 });
      expect(changed.waiting).toBe(open());
      const failed = attempts.filter(({ outcome }) => outcome === "failed").map(({ error }) => error);
      expect(failed).toEqual([]);
      expect(put - stock).toBe(attempts.filter(({ outcome }) => outcome === "ok").length);

      const left = open();
      await produce(left, false);
      await turn();
      expect(open()).toBe(0);
      expect(clock.alarms).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("what is no function can't be run or waited for", async () => {
  const changed = new Condition(undefined, "changed");
  const wrong = { name: "TypeError", code: "ERR_INVALID_ARG" };

  await expect(changed.run(5 as never)).rejects.toMatchObject(wrong);
  await expect(changed.waitFor(5 as never)).rejects.toMatchObject(wrong);

  expect(changed.lock.locked).toBe(false);
});

test("what is no lock can't be a condition's", () => {
  for (const lock of ["stock", {}, 5]) {
    expect(() => new Condition(lock as never)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" }),
    );
  }
});
