import fc from "fast-check";
import { expect, test } from "vitest";
import { useClock } from "./clock.ts";
import { CancelledError } from "./errors.ts";
import { Event } from "./event.ts";
import { Lock } from "./lock.ts";
import { ManualClock } from "./manual-clock.ts";
import { cleaningUp, failing, forever, places, swallowing } from "./oracle/work.ts";
import { shield } from "./shield.ts";
import { sleep } from "./sleep.ts";
import { currentTask, spawn, type Task } from "./task.ts";
import { taskGroup } from "./task-group.ts";
import { waitFor, withTimeout, type Timeout } from "./with-timeout.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A clock to turn by hand, in place of the system's until it is disposed. */
function handClock(): ManualClock & Disposable {
  const clock = new ManualClock();
  return Object.assign(clock, useClock(clock));
}

/** The codes of what a promise rejects with and of what caused that. */
async function codesOf(promise: PromiseLike<unknown>): Promise<string[]> {
  const codes: string[] = [];
  let error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  for (; error instanceof Error; error = error.cause)
    codes.push((error as { code?: string }).code ?? error.message);
  return codes;
}

test.each(places)(
  "T1 its own end is a TimeoutError, caused by the CancelledError, $where",
  async ({ within }) => {
    using clock = handClock();
    let seen: Timeout | undefined;
    const late = within(() =>
      withTimeout(10, (timeout) => {
        seen = timeout;
        return forever();
      }),
    );
    await turn();
    expect(seen?.expired).toBe(false);

    clock.advance(10);

    await expect(late).rejects.toMatchObject({
      name: "TimeoutError",
      message: "it took longer than 10 ms",
      cause: { code: "ERR_CANCELLED" },
    });
    expect(seen?.expired).toBe(true);
  },
);

test("T1 what ends in time results in what it results in", async () => {
  using clock = handClock();

  await expect(withTimeout(10, async () => "value")).resolves.toBe("value");
  await expect(withTimeout(10, () => Promise.reject(new Error("boom")))).rejects.toThrow("boom");

  expect(clock.alarms).toBe(0);
});

test("T2 a cancel from elsewhere stays one", async () => {
  using _clock = handClock();
  let seen: Timeout | undefined;
  const task = spawn(() =>
    withTimeout(10, (timeout) => {
      seen = timeout;
      return forever();
    }),
  );
  await turn();

  task.cancel("deploy");

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "deploy" });
  expect(seen?.expired).toBe(false);
});

test.each(["before", "after"])("T2 so it does with one in the turn of the end, just %s it", async (when) => {
  using clock = handClock();
  const task = spawn(() => withTimeout(10, forever));
  await turn();

  if (when === "before") task.cancel();
  clock.advance(10);
  if (when === "after") task.cancel();

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(task.cancelled).toBe(true);
});

test.each(places)("T3 Infinity is no deadline, $where", async ({ within }) => {
  using clock = handClock();
  const event = new Event("answer");
  const waiting = within(() => withTimeout(Infinity, () => event.wait().then(() => "value")));
  await turn();
  expect(clock.alarms).toBe(0);

  clock.advance(1e12);
  event.set();

  await expect(waiting).resolves.toBe("value");
});

test.each(places)("T3 with 0 or less it ends at its first wait, not before, $where", async ({ within }) => {
  const log: string[] = [];
  const waits = (ms: number) =>
    within(() =>
      withTimeout(ms, async () => {
        log.push("body ran");
        await turn();
        log.push("that was no wait of this package");
        await sleep(0);
        log.push("past the wait");
      }),
    );

  await expect(waits(0)).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  await expect(waits(-11)).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  await expect(within(() => withTimeout(0, async () => "nothing to wait for"))).resolves.toBe(
    "nothing to wait for",
  );

  expect(log).toEqual([
    "body ran",
    "that was no wait of this package",
    "body ran",
    "that was no wait of this package",
  ]);
});

test("T3 what is no number of milliseconds is refused", async () => {
  const noNumber = { name: "TypeError", code: "ERR_INVALID_ARG" };
  const noRange = { name: "RangeError", code: "ERR_OUT_OF_RANGE" };

  await expect(withTimeout(Number.NaN, forever)).rejects.toMatchObject(noRange);
  await expect(withTimeout(undefined as never, forever)).rejects.toMatchObject(noNumber);
  await expect(waitFor(forever, Number.NaN)).rejects.toMatchObject(noRange);
  await expect(waitFor(forever, undefined as never)).rejects.toMatchObject(noNumber);
  await expect(withTimeout(9, async (timeout) => timeout.reschedule(Number.NaN))).rejects.toMatchObject(
    noRange,
  );
});

test.each(places)(
  "T4 two that end together: the outer tells, the inner passes the cancel, $where",
  async ({ within }) => {
    using clock = handClock();
    const log: unknown[] = [];
    const late = within(() =>
      withTimeout(10, async (outer) => {
        try {
          await withTimeout(10, async (inner) => {
            try {
              await forever();
            } finally {
              log.push(outer.expired, inner.expired);
            }
          });
        } catch (error) {
          log.push((error as { code?: string }).code);
          throw error;
        }
      }),
    );
    await turn();

    clock.advance(10);

    await expect(late).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
    expect(log).toEqual([true, true, "ERR_CANCELLED"]);
  },
);

test.each(places)(
  "T4 when the inner ends alone, it tells and the outer goes on, $where",
  async ({ within }) => {
    using clock = handClock();
    const event = new Event("answer");
    const outer = within(() =>
      withTimeout(20, async (timeout) => {
        const inner = await codesOf(withTimeout(10, forever));
        await event.wait();
        return [inner, timeout.expired];
      }),
    );
    await turn();

    clock.advance(10);
    await turn();
    event.set();

    await expect(outer).resolves.toEqual([["ERR_TIMEOUT", "ERR_CANCELLED"], false]);
  },
);

test.each(places)(
  "T4 when the outer ends first, the inner only passes the cancel, $where",
  async ({ within }) => {
    using clock = handClock();
    let inner: string[] | undefined;
    const outer = within(() =>
      withTimeout(10, async () => {
        const waiting = withTimeout(20, forever);
        inner = await codesOf(waiting);
        await waiting;
      }),
    );
    await turn();

    clock.advance(10);

    await expect(outer).rejects.toMatchObject({ code: "ERR_TIMEOUT", message: "it took longer than 10 ms" });
    expect(inner).toEqual(["ERR_CANCELLED"]);
  },
);

test.each(places)("T4 one in the clean-up after another has its own end, $where", async ({ within }) => {
  using clock = handClock();
  let inner: string[] | undefined;
  const outer = within(() =>
    withTimeout(10, () =>
      cleaningUp(async () => {
        inner = await codesOf(withTimeout(5, forever));
      }),
    ),
  );
  await turn();

  clock.advance(10);
  await turn();
  clock.advance(5);

  await expect(outer).rejects.toMatchObject({ code: "ERR_TIMEOUT", message: "it took longer than 10 ms" });
  expect(inner).toEqual(["ERR_TIMEOUT", "ERR_CANCELLED"]);
});

test.each(places)("T5 the deadline can be set anew, also to none, $where", async ({ within }) => {
  using clock = handClock();
  let timeout: Timeout | undefined;
  const waiting = within(() =>
    withTimeout(10, (given) => {
      timeout = given;
      return forever();
    }),
  );
  await turn();

  clock.advance(8);
  timeout?.reschedule(10);
  clock.advance(9);
  expect(timeout?.expired).toBe(false);
  timeout?.reschedule(Infinity);
  expect(clock.alarms).toBe(0);
  timeout?.reschedule(1);
  clock.advance(1);

  await expect(waiting).rejects.toMatchObject({ code: "ERR_TIMEOUT", message: "it took longer than 1 ms" });
});

test.each(places)("T5 set to 0 or less it ends at the next wait, $where", async ({ within }) => {
  const waiting = within(() =>
    withTimeout(Infinity, async (timeout) => {
      timeout.reschedule(0);
      await sleep(0);
    }),
  );

  await expect(waiting).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
});

test.each(places)(
  "T5 when it is over or has ended, it can't be set anew, and says which, $where",
  async ({ within }) => {
    using clock = handClock();
    const over = await within(() => withTimeout(10, async (timeout) => timeout));
    let ended: unknown;
    const waiting = within(() =>
      withTimeout(10, (timeout) =>
        cleaningUp(() => {
          try {
            timeout.reschedule(10);
          } catch (error) {
            ended = error;
          }
        }),
      ),
    );
    await turn();

    clock.advance(10);
    await expect(waiting).rejects.toMatchObject({ code: "ERR_TIMEOUT" });

    expect(() => over.reschedule(10)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_STATE", message: expect.stringContaining("is over") }),
    );
    expect(ended).toMatchObject({
      code: "ERR_INVALID_STATE",
      message: expect.stringContaining("has expired"),
    });
    expect(clock.alarms).toBe(0);
  },
);

test.each(places)(
  "T6 another error on the way out passes, caused by the TimeoutError, $where",
  async ({ within }) => {
    using clock = handClock();
    const boom = new Error("boom");
    const late = within(() =>
      withTimeout(10, () =>
        cleaningUp(() => {
          throw boom;
        }),
      ),
    );
    await turn();

    clock.advance(10);

    await expect(late).rejects.toBe(boom);
    expect(boom.cause).toMatchObject({ name: "TimeoutError", message: "it took longer than 10 ms" });
  },
);

test.each([
  ["has a cause", new Error("boom", { cause: "its own" })],
  ["is frozen", Object.freeze(new Error("boom"))],
  ["is no Error", "boom"],
])("T6 an error that %s passes as it is", async (_, thrown) => {
  using clock = handClock();
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const late = withTimeout(10, () =>
    cleaningUp(() => {
      throw thrown;
    }),
  );
  await turn();

  clock.advance(10);

  await expect(late).rejects.toBe(thrown);
  if (thrown instanceof Error) expect(thrown.cause).toBe(cause);
});

test.each(places)("T6 so do the errors of a group, and its task goes on, $where", async ({ within }) => {
  using clock = handClock();
  const late = within(async () => {
    const codes = await codesOf(
      withTimeout(10, () =>
        taskGroup((group) => void group.spawn(() => cleaningUp(() => Promise.reject(new Error("boom"))))),
      ),
    );
    const lock = new Lock("free");
    await lock.acquire({ timeout: 5 });
    return codes;
  });
  await turn();

  clock.advance(10);

  await expect(late).resolves.toEqual(["ERR_EXCEPTION_GROUP", "ERR_TIMEOUT"]);
});

test.each(places)("T7 a body that swallows the cancel ends without an error, $where", async ({ within }) => {
  using clock = handClock();
  const swallowed = within(() =>
    withTimeout(10, async (timeout) => [await swallowing("swallowed"), timeout.expired]),
  );
  await turn();

  clock.advance(10);

  await expect(swallowed).resolves.toEqual(["swallowed", true]);
});

test("T8 in the clean-up of a task that is cancelled, it works by itself", async () => {
  using clock = handClock();
  let cleanUp: string[] | undefined;
  const task = spawn(() =>
    cleaningUp(async () => {
      cleanUp = await codesOf(withTimeout(10, forever));
    }),
  );
  await turn();

  task.cancel("deploy");
  await turn();
  clock.advance(10);

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "deploy" });
  expect(cleanUp).toEqual(["ERR_TIMEOUT", "ERR_CANCELLED"]);
});

test.each(places)("T9 leaving it clears its timer, whichever way, $where", async ({ within }) => {
  using clock = handClock();

  await within(() => withTimeout(10, async (timeout) => timeout.reschedule(20)));
  await codesOf(within(() => withTimeout(10, () => Promise.reject(new Error("boom")))));
  await codesOf(within(() => waitFor(() => Promise.reject(new Error("boom")), 10)));
  const cancelled = spawn(() => withTimeout(10, forever));
  await turn();
  cancelled.cancel();
  await codesOf(cancelled);

  expect(clock.alarms).toBe(0);
});

test("T10 afterwards the task goes on, uncancelled", async () => {
  using clock = handClock();
  const event = new Event("answer");
  const task = spawn(async () => {
    const codes = await codesOf(withTimeout(5, forever));
    await event.wait();
    return codes;
  });
  await turn();

  clock.advance(5);
  await turn();
  expect(task.done).toBe(false);
  event.set();

  await expect(task).resolves.toEqual(["ERR_TIMEOUT", "ERR_CANCELLED"]);
  expect(task.signal.aborted).toBe(false);
});

test("X8 a timeout that ends when nothing waits any more takes its request back", async () => {
  using clock = handClock();
  const gate = turn();
  const task = spawn(async () => {
    const value = await withTimeout(5, async () => {
      await gate;
      return "no wait after the end";
    });
    await new Lock("free").acquire();
    await Promise.race([sleep(1), turn()]);
    return value;
  });
  await Promise.resolve();
  await Promise.resolve();

  clock.advance(5);

  await expect(task).resolves.toBe("no wait after the end");
});

test("X8 a cancel that a timeout's body did not get to see is delivered after it", async () => {
  using _clock = handClock();
  const log: string[] = [];
  const task = spawn(async () => {
    await withTimeout(5, async () => {
      currentTask()?.cancel("deploy");
    });
    log.push("after the timeout");
    await sleep(1);
    log.push("after the wait");
  });

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "deploy" });
  expect(log).toEqual(["after the timeout"]);
});

test.each(places)(
  "T11 waitFor cancels the work, waits for its clean-up, then throws, $where",
  async ({ within }) => {
    using clock = handClock();
    const cleanUp = new Event("clean-up");
    const log: string[] = [];
    const waiting = within(() =>
      waitFor(
        () =>
          cleaningUp(async () => {
            await cleanUp.wait();
            log.push("cleaned up");
          }),
        10,
      ),
    ).then(undefined, (error: unknown) => {
      log.push("told");
      throw error;
    });
    await turn();

    clock.advance(10);
    await turn();
    expect(log).toEqual([]);
    cleanUp.set();

    await expect(waiting).rejects.toMatchObject({ code: "ERR_TIMEOUT", cause: { code: "ERR_CANCELLED" } });
    expect(log).toEqual(["cleaned up", "told"]);
  },
);

test.each(places)(
  "T12 work that swallows the cancel and gives a value: that value, $where",
  async ({ within }) => {
    using clock = handClock();
    const waiting = within(() => waitFor(() => swallowing(42), 10));
    await turn();

    clock.advance(10);

    await expect(waiting).resolves.toBe(42);
  },
);

test.each(places)("T13 work that fails in its clean-up: that error, $where", async ({ within }) => {
  using clock = handClock();
  const waiting = within(() => waitFor(() => cleaningUp(() => Promise.reject(new Error("clean-up"))), 10));
  await turn();

  clock.advance(10);

  await expect(waiting).rejects.toThrow("clean-up");
});

test.each(places)(
  "T14 without any time: done work gives its result, other work never starts, $where",
  async ({ within }) => {
    let ran = 0;
    const done = spawn(() => "done");
    const failed = spawn(() => failing("boom", 0));
    const cancelled = spawn(forever);
    cancelled.cancel("by itself");
    await codesOf(cancelled);
    await codesOf(failed);
    await done;

    const results = [
      codesOf(
        within(() =>
          waitFor(
            spawn(() => void ran++),
            0,
          ),
        ),
      ),
      codesOf(within(() => waitFor(() => void ran++, -1))),
      codesOf(within(() => waitFor(failed, 0))),
      codesOf(within(() => waitFor(cancelled, 0))),
    ];

    await expect(within(() => waitFor(done, 0))).resolves.toBe("done");
    expect(await Promise.all(results)).toEqual([
      ["ERR_TIMEOUT", "ERR_CANCELLED"],
      ["ERR_TIMEOUT"],
      ["boom"],
      ["ERR_CANCELLED"],
    ]);
    expect(ran).toBe(0);
  },
);

test.each(places)(
  "T14 without any time: running work is cancelled and awaited, $where",
  async ({ within }) => {
    const log: string[] = [];
    const running = spawn(() => cleaningUp(() => turn().then(() => void log.push("cleaned up"))));
    await turn();

    await expect(within(() => waitFor(running, -1))).rejects.toMatchObject({ code: "ERR_TIMEOUT" });

    expect(log).toEqual(["cleaned up"]);
    expect(running.cancelled).toBe(true);
  },
);

test("T14 without any time: a cancel of who waits for the clean-up stays a cancel", async () => {
  const work = spawn(() => cleaningUp(turn));
  await turn();
  const waiter = spawn(() => waitFor(work, 0));
  await Promise.resolve();
  await Promise.resolve();

  waiter.cancel("deploy");

  await expect(waiter).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(waiter.cancelled).toBe(true);
});

test.each([0, 5])("T14 what is no work is a TypeError (%s ms)", async (ms) => {
  await expect(waitFor(Promise.resolve(1) as never, ms)).rejects.toMatchObject({ code: "ERR_INVALID_ARG" });
});

test("T15 a cancel of who waits cancels the work", async () => {
  using _clock = handClock();
  const work = spawn(forever);
  const waiter = spawn(() => waitFor(work, 60));
  await turn();

  waiter.cancel("deploy");

  await expect(waiter).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "deploy" });
  expect(work.cancelled).toBe(true);
});

test.each(places)("T16 shielded work goes on when the time is up, $where", async ({ within }) => {
  using clock = handClock();
  const event = new Event("answer");
  const work = spawn(() => event.wait().then(() => "kept"));
  const waiting = within(() => waitFor(shield(work), 5));
  await turn();

  clock.advance(5);

  await expect(waiting).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  expect(work.done).toBe(false);
  event.set();
  await expect(work).resolves.toBe("kept");
});

test.each(places)("T17 Infinity waits for ever, $where", async ({ within }) => {
  using clock = handClock();
  const event = new Event("answer");
  const waiting = within(() => waitFor(() => event.wait().then(() => "value"), Infinity));
  await turn();

  clock.advance(1e12);
  event.set();

  await expect(waiting).resolves.toBe("value");
});

test("T18 a cancel in the turn in which the work ends is not lost", async () => {
  using _clock = handClock();
  const log: string[] = [];
  const event = new Event("answer");
  const work = spawn(() => event.wait().then(() => "done"));
  const waiter: Task<void> = spawn(async () => {
    await waitFor(work, 100);
    await sleep(1);
    log.push("ran past the cancel");
  });
  await turn();
  // Called when the work is done and who waits for it has not heard of it yet.
  work.watch(() => waiter.cancel());

  event.set();

  await expect(waiter).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await expect(work).resolves.toBe("done");
  expect(log).toEqual([]);
});

test("nested deadlines, a nap and a cancel: what comes first decides, and the outermost that is due tells", async () => {
  const any = fc.record({
    deadlines: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }),
    nap: fc.integer({ min: 1, max: 14 }),
    cancelAt: fc.integer({ min: 1, max: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(any, async ({ deadlines, nap, cancelAt }) => {
      using clock = handClock();
      // What each deadline's body ended with, the outermost first.
      const seen: string[] = deadlines.map(() => "ok");
      const nest = async (depth: number): Promise<void> => {
        const ms = deadlines[depth];
        if (ms === undefined) return await sleep(nap);
        try {
          await withTimeout(ms, () => nest(depth + 1));
        } catch (error) {
          seen[depth] = error instanceof CancelledError ? "cancelled" : (error as Error).message;
          throw error;
        }
      };
      let alarmsAfter: number | undefined;
      const task = spawn(async () => {
        const error = await nest(0).catch((reason: unknown) => reason);
        alarmsAfter = clock.alarms;
        // Not cancelled: it can go on waiting.
        if (!(error instanceof CancelledError)) await sleep(1);
      });

      for (let now = 1; now <= 21; now++) {
        await turn();
        clock.advance(1);
        if (now === cancelAt && alarmsAfter === undefined) task.cancel();
      }
      await codesOf(task);

      const first = Math.min(...deadlines);
      const teller = deadlines.indexOf(first);
      const timedOut = `it took longer than ${first} ms`;
      const expected = deadlines.map((_, depth) => {
        if (cancelAt <= Math.min(first, nap)) return "cancelled";
        if (nap < first) return "ok";
        return depth <= teller ? timedOut : "cancelled";
      });
      expect(seen).toEqual(expected);
      expect(alarmsAfter).toBe(0);
      expect(task.cancelled).toBe(false);
    }),
    { numRuns: 300 },
  );
});

// In asyncio a deadline of 0 has passed when the loop turns; here it has from the start.
test("T3 a deadline of 0 has not passed before the first wait: it can still be set anew", async () => {
  const inTime = withTimeout(0, async (timeout) => {
    const before = timeout.expired;
    timeout.reschedule(Infinity);
    await sleep(0);
    return [before, timeout.expired];
  });

  await expect(inTime).resolves.toEqual([false, false]);
});

test.each(places)("what is no function can't run under a deadline, $where", async ({ within }) => {
  using clock = handClock();

  const late = within(() => withTimeout(5, 5 as never));

  await expect(late).rejects.toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG" });
  expect(clock.alarms).toBe(0);
});
