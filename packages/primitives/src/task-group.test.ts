import fc from "fast-check";
import { expect, test } from "vitest";
import { useClock } from "./clock.ts";
import { ContextVar } from "./context-var.ts";
import { isCancelled } from "./errors.ts";
import { Event } from "./event.ts";
import { ExceptionGroup } from "./exception-group.ts";
import { ManualClock } from "./manual-clock.ts";
import { cleaningUp, failing, forever, later, places, swallowing } from "./oracle/work.ts";
import { sleep } from "./sleep.ts";
import { currentTask, spawn, type Task } from "./task.ts";
import { taskGroup, type TaskGroup } from "./task-group.ts";
import { withTimeout } from "./with-timeout.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** The group's errors, inner groups as arrays. */
type Messages = (string | Messages)[];
const messages = (group: ExceptionGroup): Messages =>
  group.errors.map((error) => (error instanceof ExceptionGroup ? messages(error) : (error as Error).message));

/** What a group fails with, as messages. */
async function errorsOf(group: PromiseLike<unknown>): Promise<Messages> {
  return await group.then(
    () => ["no error"],
    (error: unknown) => (error instanceof ExceptionGroup ? messages(error) : [String(error)]),
  );
}

const throwing = (message: string) => () => {
  throw new Error(message);
};

test.each(places)(
  "TG1 it waits for all its tasks, and gives the body's result, $where",
  async ({ within }) => {
    const finished: number[] = [];
    const work = (turns: number) => () => later(turns, turns).then((value) => finished.push(value));

    const result = await within(() =>
      taskGroup((group) => {
        group.spawn(work(3));
        group.spawn(work(1));
        return "body's result";
      }),
    );

    expect(result).toBe("body's result");
    expect(finished).toEqual([1, 3]);
  },
);

test("TG1 the results of its tasks can be awaited, in the body and afterwards", async () => {
  const [early, late] = await taskGroup(async (group) => {
    const child = group.spawn(() => later("early"));
    return [await child, group.spawn(() => later("late"))];
  });

  expect(early).toBe("early");
  await expect(late).resolves.toBe("late");
});

test.each(places)(
  "TG2 a failure cancels the siblings and the body's wait; all are awaited, $where",
  async ({ within }) => {
    const log: string[] = [];
    const failed = within(() =>
      taskGroup(async (group) => {
        group.spawn(() => failing("B", 2));
        group.spawn(() =>
          cleaningUp(() => later(undefined, 2).then(() => void log.push("sibling cancelled"))),
        );
        await cleaningUp(() => void log.push("body cancelled"));
      }),
    );

    await expect(failed).rejects.toMatchObject({
      name: "ExceptionGroup",
      code: "ERR_EXCEPTION_GROUP",
      message: "unhandled errors in a TaskGroup (1 sub-exception)",
      errors: [{ message: "B" }],
    });
    expect(log).toEqual(["body cancelled", "sibling cancelled"]);
  },
);

test.each(places)("TG2 errors come in the order of completion, $where", async ({ within }) => {
  const gate = new Event("gate");
  const failed = within(() =>
    taskGroup(async (group) => {
      group.spawn(() => failing("too late", 9));
      for (const name of ["first", "second"]) {
        group.spawn(() => gate.wait().then(() => Promise.reject(new Error(name))));
      }
      await turn();
      gate.set();
    }),
  );

  await expect(failed).rejects.toMatchObject({
    message: "unhandled errors in a TaskGroup (2 sub-exceptions)",
    errors: [{ message: "first" }, { message: "second" }],
  });
});

test("TG2 an error that the body also awaits is there once", async () => {
  const failed = taskGroup(async (group) => {
    await group.spawn(() => failing("once"));
  });

  expect(await errorsOf(failed)).toEqual(["once"]);
});

test("TG2 its signal is aborted when it gives up, and not before", async () => {
  let signal: AbortSignal | undefined;
  let before: boolean | undefined;

  const failed = taskGroup(async (group) => {
    ({ signal } = group);
    before = signal.aborted;
    group.spawn(() => failing("boom"));
    await forever();
  });

  expect(await errorsOf(failed)).toEqual(["boom"]);
  expect(before).toBe(false);
  expect(signal?.aborted).toBe(true);
});

test.each(places)("TG3 a task that is cancelled by itself is no error, $where", async ({ within }) => {
  const [cancelled, other] = await within(() =>
    taskGroup(async (group) => {
      const tasks = [group.spawn(forever), group.spawn(() => later("b", 3))] as const;
      await turn();
      tasks[0].cancel();
      return tasks;
    }),
  );

  expect(cancelled.cancelled).toBe(true);
  await expect(other).resolves.toBe("b");
});

test.each(places)(
  "TG4 an error of the body cancels the tasks and is in the group with theirs, $where",
  async ({ within }) => {
    const children: Task<unknown>[] = [];
    const failed = within(() =>
      taskGroup(async (group) => {
        children.push(
          group.spawn(forever),
          group.spawn(() => cleaningUp(throwing("clean-up"))),
        );
        await turn();
        throw new Error("body");
      }),
    );

    expect(await errorsOf(failed)).toEqual(["body", "clean-up"]);
    expect(children.map(({ cancelled, done }) => [cancelled, done])).toEqual([
      [true, true],
      [false, true],
    ]);
  },
);

test("TG5 a cancel from outside cancels all tasks, awaits them, and passes", async () => {
  let cleanedUp = 0;
  const task = spawn(() =>
    taskGroup((group) => {
      for (let i = 0; i < 5; i++)
        group.spawn(() => cleaningUp(() => later(undefined, 2).then(() => void cleanedUp++)));
    }),
  );
  await turn();

  task.cancel("deploy");

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "deploy" });
  expect(cleanedUp).toBe(5);
  expect(task.cancelled).toBe(true);
});

test("TG5 a cancel while the body waits cancels the tasks, too", async () => {
  let child: Task<unknown> | undefined;
  const task = spawn(() =>
    taskGroup(async (group) => {
      child = group.spawn(forever);
      await forever();
    }),
  );
  await turn();

  task.cancel("deploy");

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "deploy" });
  expect(child?.cancelled).toBe(true);
});

test("TG5 a cancel that came before the group is not lost (X7)", async () => {
  const task = spawn(async () => {
    currentTask()?.cancel("by itself");
    await taskGroup((group) => void group.spawn(forever));
  });

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "by itself" });
});

test("TG5 a cancel in the turn in which the last task ends is not lost", async () => {
  const task: Task<unknown> = spawn(() =>
    taskGroup(async (group) => {
      const child = group.spawn(() => later(1, 2));
      await turn();
      child.watch(() => task.cancel("deploy"));
    }),
  );

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "deploy" });
});

test("TG6 a cancel with errors: the errors are thrown, and the cancel comes at the next wait", async () => {
  const log: unknown[] = [];
  const task = spawn(async () => {
    const failed = taskGroup((group) => void group.spawn(() => cleaningUp(throwing("clean-up"))));
    log.push(await errorsOf(failed));
    await sleep(0);
    log.push("went on");
  });
  await turn();

  task.cancel("deploy");

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "deploy" });
  expect(log).toEqual([["clean-up"]]);
});

test.each(["before", "after"])(
  "TG6 so it is with a cancel in the turn of the failure, just %s it",
  async (when) => {
    const log: unknown[] = [];
    const task: Task<unknown> = spawn(async () => {
      const failed = taskGroup(async (group) => {
        const child = group.spawn(async () => {
          await turn();
          if (when === "before") task.cancel();
          throw new Error("boom");
        });
        if (when === "after") child.watch(() => task.cancel());
        await forever();
      });
      log.push(await errorsOf(failed));
      await sleep(0);
      log.push("went on");
    });

    await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
    expect(log).toEqual([["boom"]]);
  },
);

test("TG6 so it is when the body had ended and only the last task was waited for", async () => {
  const log: unknown[] = [];
  const task: Task<unknown> = spawn(async () => {
    const failed = taskGroup((group) => {
      const child = group.spawn(() => failing("boom", 2));
      child.watch(() => task.cancel("deploy"));
    });
    log.push(await errorsOf(failed));
    await sleep(0);
    log.push("went on");
  });

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "deploy" });
  expect(log).toEqual([["boom"]]);
});

test("TG6 a cancel that nobody asked for is not delivered: one that the body brought along from a task", async () => {
  const task = spawn(async () => {
    const failed = taskGroup(async (group) => {
      const child = group.spawn(forever);
      group.spawn(() => cleaningUp(throwing("clean-up")));
      await turn();
      child.cancel("by itself");
      await child;
    });
    const errors = await errorsOf(failed);
    await sleep(0);
    return errors;
  });

  await expect(task).resolves.toEqual(["clean-up"]);
});

test.each(places)("TG7 nothing can be spawned when it is over, $where", async ({ within }) => {
  let ran = false;
  const over = await within(() => taskGroup((group) => group));

  expect(() => over.spawn(() => (ran = true))).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_STATE", message: expect.stringContaining("is over") }),
  );
  await turn();
  expect(ran).toBe(false);
});

test.each(places)("TG7 nothing can be spawned while it ends after a failure, $where", async ({ within }) => {
  let ran = false;
  let refusal: unknown;
  const failed = within(() =>
    taskGroup(
      (group) => {
        group.spawn(() =>
          cleaningUp(() => {
            try {
              group.spawn(() => (ran = true));
            } catch (error) {
              refusal = error;
            }
          }),
        );
        group.spawn(() => failing("boom"));
      },
      { name: "loaders" },
    ),
  );

  expect(await errorsOf(failed)).toEqual(["boom"]);
  expect(refusal).toMatchObject({
    code: "ERR_INVALID_STATE",
    message: expect.stringContaining("loaders is ending"),
  });
  expect(ran).toBe(false);
});

test.each(places)("TG7 tasks that still live after the body may spawn more, $where", async ({ within }) => {
  const finished: number[] = [];
  const leaf = (turns: number) => () => later(undefined, turns).then(() => finished.push(turns));

  await within(() =>
    taskGroup((group) => {
      group.spawn(async () => {
        await later(undefined, 2);
        group.spawn(leaf(1));
        group.spawn(leaf(2));
      });
    }),
  );

  expect(finished).toEqual([1, 2]);
});

test.each(places)("TG8 an inner group's errors stay together, $where", async ({ within }) => {
  const failed = within(() =>
    taskGroup(() => taskGroup((inner) => void inner.spawn(() => failing("inner")))),
  );

  expect(await errorsOf(failed)).toEqual([["inner"]]);
});

test.each(places)(
  "TG8 a failure of the outer group only cancels the inner one, $where",
  async ({ within }) => {
    let child: Task<unknown> | undefined;
    const failed = within(() =>
      taskGroup(async (outer) => {
        outer.spawn(() => failing("outer"));
        await taskGroup((inner) => void (child = inner.spawn(forever)));
      }),
    );

    expect(await errorsOf(failed)).toEqual(["outer"]);
    expect(child?.cancelled).toBe(true);
  },
);

test("TG8 a cancel from outside with errors in both: the inner group is nested, the cancel comes afterwards", async () => {
  const log: unknown[] = [];
  const task = spawn(async () => {
    const failed = taskGroup(async (outer) => {
      outer.spawn(() => cleaningUp(throwing("outer")));
      await taskGroup((inner) => void inner.spawn(() => cleaningUp(throwing("inner"))));
    });
    log.push(await errorsOf(failed));
    await sleep(0);
  });
  await turn();

  task.cancel();

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(log).toEqual([expect.arrayContaining(["outer", ["inner"]])]);
});

test.each(places)(
  "TG9 a body that swallows the group's cancel does not hide its errors, $where",
  async ({ within }) => {
    const failed = within(() =>
      taskGroup((group) => {
        group.spawn(() => failing("boom"));
        return swallowing("swallowed");
      }),
    );

    expect(await errorsOf(failed)).toEqual(["boom"]);
  },
);

test("TG10 further cancels do not cut the wait short", async () => {
  const log: string[] = [];
  const task = spawn(() =>
    taskGroup((group) => {
      group.spawn(() =>
        cleaningUp(async () => {
          await turn();
          await turn();
          log.push("cleaned up");
        }),
      );
      group.spawn(() => failing("boom"));
    }),
  );
  await turn();
  await turn();

  task.cancel();
  task.cancel();

  expect(await errorsOf(task)).toEqual(["boom"]);
  expect(log).toEqual(["cleaned up"]);
});

test.each(places)("TG12 errors of cancelled siblings' clean-up are included, $where", async ({ within }) => {
  const failed = within(() =>
    taskGroup((group) => {
      group.spawn(() => cleaningUp(throwing("clean-up")));
      group.spawn(() => failing("boom", 2));
    }),
  );

  expect(await errorsOf(failed)).toEqual(["boom", "clean-up"]);
});

test("TG13 a group that failed leaves its task as it was: waits work, and a timeout around it can tell", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const task = spawn(() =>
    withTimeout(10, async () => {
      await errorsOf(
        taskGroup(async (group) => {
          group.spawn(async () => {
            await turn();
            throw new Error("boom");
          });
          await forever();
        }),
      );
      await forever();
    }),
  );
  await turn();
  await turn();
  await turn();
  expect(task.done).toBe(false);

  clock.advance(10);

  await expect(task).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
});

test.each(places)("TG14 names and context variables are passed on, $where", async ({ within }) => {
  const user = new ContextVar<string>("user", "nobody");
  const who = () => `${currentTask()?.name}: ${user.get()}`;

  const seen = within(() =>
    taskGroup((group) => {
      user.set("alice");
      return group.spawn(who, { name: "loader" });
    }),
  );

  await expect(seen).resolves.toBe("loader: alice");
});

test.each(places)("TG16 a body that ends cancels nothing, $where", async ({ within }) => {
  const log: string[] = [];

  await within(async () => {
    await taskGroup((group) => {
      group.spawn(() => later(undefined, 4).then(() => log.push("child done")));
      log.push("body ends");
    });
    log.push("after the group");
  });

  expect(log).toEqual(["body ends", "child done", "after the group"]);
});

test("X8 a group whose body had nothing to wait for when it gave up takes its request back", async () => {
  const task = spawn(async () => {
    const failed = taskGroup(async (group) => {
      group.spawn(throwing("boom"));
      await turn();
    });
    const errors = await errorsOf(failed);
    await sleep(0);
    return errors;
  });

  await expect(task).resolves.toEqual(["boom"]);
});

interface Plan {
  /** After how many turns it ends. */
  turns: number;
  ends: "well" | "badly" | "when cancelled" | "badly when cancelled" | "well when cancelled";
  children: Plan[];
  /** Whether its children are in a group of its own. */
  nested: boolean;
  /** The turn in which someone cancels it, if any. */
  cancelledIn: number;
}

const { anyPlan } = fc.letrec<{ anyPlan: Plan }>((tie) => ({
  anyPlan: fc.record({
    turns: fc.nat(3),
    ends: fc.constantFrom("well", "badly", "when cancelled", "badly when cancelled", "well when cancelled"),
    children: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant<Plan[]>([]),
      fc.array(tie("anyPlan"), { maxLength: 3 }),
    ),
    nested: fc.boolean(),
    cancelledIn: fc.nat(30),
  }),
}));

/** Plays a plan, and keeps what its tasks did. */
class Play {
  readonly thrown: Error[] = [];
  readonly tasks: { task: Task<unknown>; cancelledIn: number }[] = [];
  running = 0;

  spawn(group: TaskGroup, plan: Plan): void {
    try {
      const task = group.spawn(() => this.#child(group, plan));
      this.tasks.push({ task, cancelledIn: plan.cancelledIn });
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  async body(group: TaskGroup, plan: Plan): Promise<void> {
    for (const child of plan.children) this.spawn(group, child);
    await later(undefined, plan.turns);
    if (plan.ends === "badly") this.#fail(new Error(`error ${this.thrown.length}`));
    if (plan.ends === "well when cancelled") await swallowing(undefined);
    if (plan.ends === "badly when cancelled") {
      await cleaningUp(() => this.#fail(new Error(`clean-up ${this.thrown.length}`)));
    }
    if (plan.ends === "when cancelled") await forever();
  }

  async #child(group: TaskGroup, plan: Plan): Promise<void> {
    this.running++;
    try {
      if (plan.nested) await taskGroup((inner) => this.body(inner, plan));
      else await this.body(group, plan);
    } finally {
      this.running--;
    }
  }

  #fail(error: Error): never {
    this.thrown.push(error);
    throw error;
  }
}

test("no task outlives its group, and every error is in the group's leaves exactly once", async () => {
  await fc.assert(
    fc.asyncProperty(anyPlan, async (plan) => {
      const play = new Play();
      let left: unknown;
      const task = spawn(async () => {
        try {
          await taskGroup((group) => play.body(group, plan));
        } finally {
          left = { running: play.running, alive: play.tasks.filter((child) => !child.task.done).length };
        }
      });

      for (let i = 0; i <= 31 && !task.done; i++) {
        await turn();
        for (const child of play.tasks) if (child.cancelledIn === i) child.task.cancel();
        if (plan.cancelledIn === i || i === 31) task.cancel();
      }
      const error = await task.then(
        () => undefined,
        (reason: unknown) => reason,
      );

      const leaves = error instanceof ExceptionGroup ? error.leaves() : [];
      expect(left).toEqual({ running: 0, alive: 0 });
      expect(new Set(leaves)).toEqual(new Set(play.thrown));
      expect(leaves).toHaveLength(play.thrown.length);
      if (play.thrown.length === 0 && error !== undefined) expect(isCancelled(error)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test.each(places)("a body that is no function is a TypeError, $where", async ({ within }) => {
  const group = within(() => taskGroup(5 as never));

  await expect(group).rejects.toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG" });
});

test("what is no function is refused where it is spawned, and the group goes on", async () => {
  const result = taskGroup(async (group) => {
    const other = group.spawn(() => later("done"));
    expect(() => group.spawn(5 as never)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARG" }));
    return await other;
  });

  await expect(result).resolves.toBe("done");
});
