import { afterEach, beforeEach, expect, test } from "vitest";
import {
  allTasks,
  gather,
  Lock,
  ManualClock,
  observe,
  ReadWriteLock,
  Semaphore,
  sleep,
  spawn,
  taskGroup,
  useClock,
  withTimeout,
  type Hold,
} from "@holdup/primitives";
import { createObserver } from "../observer.ts";
import { lineOf } from "./wording.ts";

const kinds = new Set(["deadlock", "self-deadlock", "pool-exhausted", "nested-limiter"]);
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await turn();
};

// What is no wait of this package ends with the test.
const elsewhere: (() => void)[] = [];
const somethingElse = () => new Promise<void>((resolve) => void elsewhere.push(resolve));

// Tests of other files may have left some.
let foreign: ReadonlySet<unknown>;
const ownTasks = () => allTasks().filter((task) => !foreign.has(task));

beforeEach(() => {
  foreign = new Set(allTasks());
});

afterEach(async () => {
  for (const task of ownTasks()) task.cancel();
  for (const end of elsewhere.splice(0)) end();
  await turns(3);
  expect(ownTasks()).toEqual([]);
});

/** What is found while a program runs for so long. */
async function findingsOf(program: () => unknown, ms = 1000) {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  program();
  await turns(2);
  for (let passed = 0; passed < ms; passed += 250) {
    await turn();
    void observer.findings;
    clock.advance(250);
  }
  await turn();
  return observer.findings.filter(({ kind }) => kinds.has(kind));
}

async function both(first: { acquire(): Promise<Hold> }, second: { acquire(): Promise<Hold> }) {
  using _first = await first.acquire();
  await turn();
  using _second = await second.acquire();
}

test("two tasks that take two locks in opposite orders: who holds what and waits for what, and where", async () => {
  const [a, b] = [new Lock("a"), new Lock("b")];

  const findings = await findingsOf(() => {
    spawn(() => both(a, b), { name: "worker-1" });
    spawn(() => both(b, a), { name: "worker-2" });
  });

  expect(findings).toMatchObject([
    {
      kind: "deadlock",
      severity: "error",
      count: 1,
      sites: Array.from({ length: 4 }, () => ({ functionName: "both" })),
    },
  ]);
  const [finding] = findings;
  expect(finding?.primitives.toSorted()).toEqual(["a", "b"]);
  const [held, waited] = finding?.sites.map(lineOf) ?? [];
  expect(finding?.message).toBe(
    `worker-2 holds lock "b" from ${held} since 750 ms and waits for lock "a" at ${waited} since 750 ms; ` +
      `worker-1 holds lock "a" from ${held} since 750 ms and waits for lock "b" at ${waited} since 750 ms: ` +
      "none of them can ever go on",
  );
  expect(finding?.advice).toBe(
    'take lock "a" and lock "b" in the same order everywhere, or put one more lock around them',
  );
});

test("three tasks in a circle are one deadlock", async () => {
  const [a, b, c] = [new Lock("a"), new Lock("b"), new Lock("c")];

  const findings = await findingsOf(() => {
    spawn(() => both(a, b));
    spawn(() => both(b, c));
    spawn(() => both(c, a));
    spawn(() => a.acquire());
  });

  expect(findings).toMatchObject([{ kind: "deadlock" }]);
  expect(findings[0]?.primitives.toSorted()).toEqual(["a", "b", "c"]);
});

test.each([
  ["gather", (child: () => Promise<unknown>) => gather([child])],
  [
    "a task group",
    (child: () => Promise<unknown>) => taskGroup((group) => void group.spawn(child, { name: "child" })),
  ],
  ["an await", async (child: () => Promise<unknown>) => await spawn(child, { name: "child" })],
])("holding what an awaited task needs, through %s", async (_name, join) => {
  const lock = new Lock("a");

  const findings = await findingsOf(() => {
    spawn(
      async () => {
        using _hold = await lock.acquire();
        await join(() => lock.acquire());
      },
      { name: "parent" },
    );
  });

  expect(findings).toMatchObject([{ kind: "deadlock", primitives: ["a"] }]);
  expect(findings[0]?.message).toMatch(
    /parent holds lock "a" from .* and waits for the end of (child|task-\d+)/,
  );
  expect(findings[0]?.advice).toContain("don't await a task while holding what it needs");
});

test("a deadlock is told of once; after it has dissolved, the same one counts again", async () => {
  const [a, b] = [new Lock("a"), new Lock("b")];
  const deadlock = () => [spawn(() => both(a, b)), spawn(() => both(b, a))];
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  const counts: (number | undefined)[] = [];
  for (let i = 0; i < 2; i++) {
    const tasks = deadlock();
    for (let looks = 0; looks < 8; looks++) {
      await turn();
      clock.advance(250);
      void observer.findings;
    }
    counts.push(observer.findings.find(({ kind }) => kind === "deadlock")?.count);
    for (const task of tasks) task.cancel();
    await turn();
  }

  expect(counts).toEqual([1, 2]);
});

test("a deadlock is not told of before half a second has passed and it was seen twice", async () => {
  const [a, b] = [new Lock("a"), new Lock("b")];

  const findings = await findingsOf(() => {
    spawn(() => both(a, b));
    spawn(() => both(b, a));
  }, 500);

  expect(findings).toEqual([]);
});

test("a task that asks again for the lock that it holds", async () => {
  const lock = new Lock("a");
  async function twice() {
    using _hold = await lock.acquire();
    await lock.acquire();
  }

  const findings = await findingsOf(() => spawn(twice, { name: "worker" }));

  expect(findings).toMatchObject([
    {
      kind: "self-deadlock",
      severity: "error",
      primitives: ["a"],
      sites: [{ functionName: "twice" }, { functionName: "twice" }],
    },
  ]);
  const [held, waited] = findings[0]?.sites.map(lineOf) ?? [];
  expect(held).not.toBe(waited);
  expect(findings[0]?.message).toBe(
    `worker holds lock "a" from ${held} since 750 ms and waits for lock "a" at ${waited} since 750 ms: ` +
      "it waits for itself and can never go on",
  );
});

test("a function that takes the lock and calls itself, and one within lock.run", async () => {
  const [a, b] = [new Lock("a"), new Lock("b")];
  async function visit(depth: number): Promise<void> {
    using _hold = await a.acquire();
    if (depth > 0) await visit(depth - 1);
  }

  const findings = await findingsOf(() => {
    spawn(() => visit(1));
    spawn(async () => {
      await b.run(() => b.run(() => {}));
    });
  });

  expect(findings).toMatchObject([
    { kind: "self-deadlock", primitives: ["a"] },
    { kind: "self-deadlock", primitives: ["b"] },
  ]);
});

test("one who reads and then wants to write waits for itself; two such for each other", async () => {
  const [alone, shared] = [new ReadWriteLock("alone"), new ReadWriteLock("shared")];
  const upgrade = async (lock: ReadWriteLock) => {
    using _reading = await lock.read();
    await turn();
    using _writing = await lock.write();
  };

  const findings = await findingsOf(() => {
    spawn(() => upgrade(alone));
    spawn(() => upgrade(shared));
    spawn(() => upgrade(shared));
  });

  expect(findings.map(({ kind, primitives }) => [kind, primitives])).toEqual([
    ["self-deadlock", ["alone"]],
    ["deadlock", ["shared"]],
  ]);
  for (const { advice } of findings) expect(advice).toContain("for writing from the start");
});

test("jobs that hold all permits and wait for more of them", async () => {
  const pool = new Semaphore(2, "pool");

  const findings = await findingsOf(() => {
    spawn(() => both(pool, pool), { name: "job-1" });
    spawn(() => both(pool, pool), { name: "job-2" });
  });

  expect(findings).toMatchObject([{ kind: "pool-exhausted", primitives: ["pool"], severity: "error" }]);
  expect(findings[0]?.message).toMatch(
    /job-1 holds semaphore "pool" from .* and waits for semaphore "pool" at/,
  );
});

test("a job that holds the last permit and awaits jobs that need one", async () => {
  const pool = new Semaphore(1, "pool");

  const findings = await findingsOf(() => {
    spawn(() => pool.run(() => gather([() => pool.run(() => {}), () => pool.run(() => {})])));
  });

  expect(findings).toMatchObject([{ kind: "pool-exhausted", primitives: ["pool"] }]);
});

test("a limiter within itself, in one task", async () => {
  const limiter = new Semaphore(1, "limiter");

  const findings = await findingsOf(() => {
    spawn(async () => {
      await limiter.run(() => limiter.run(() => {}));
    });
  });

  expect(findings).toMatchObject([{ kind: "nested-limiter", primitives: ["limiter"], severity: "error" }]);
});

test("a permit and a lock in opposite orders are a deadlock", async () => {
  const [permits, lock] = [new Semaphore(1, "permits"), new Lock("lock")];

  const findings = await findingsOf(() => {
    spawn(() => both(permits, lock));
    spawn(() => both(lock, permits));
  });

  expect(findings).toMatchObject([{ kind: "deadlock" }]);
});

test("two waits of one task, both stuck", async () => {
  const [a, b, c] = [new Lock("a"), new Lock("b"), new Lock("c")];

  const findings = await findingsOf(() => {
    spawn(async () => {
      using _a = await a.acquire();
      await turn();
      await Promise.all([b.acquire(), c.acquire()]);
    });
    spawn(() => both(b, a));
    spawn(() => both(c, a));
  });

  expect(findings).toMatchObject([{ kind: "deadlock" }]);
});

const [a, b] = [() => new Lock("a"), () => new Lock("b")];

const harmless: Record<string, () => unknown> = {
  "two locks in one order, held for long"() {
    const [first, second] = [a(), b()];
    for (let i = 0; i < 3; i++) {
      spawn(async () => {
        using _first = await first.acquire();
        using _second = await second.acquire();
        await sleep(5000);
      });
    }
  },
  "a circle in which one wait has a timeout"() {
    const [first, second] = [a(), b()];
    spawn(() => both(first, second));
    spawn(() => both(second, { acquire: () => first.acquire({ timeout: 60_000 }) }));
  },
  "a circle in which one wait has a signal"() {
    const [first, second] = [a(), b()];
    const { signal } = new AbortController();
    spawn(() => both(first, second));
    spawn(() => both(second, { acquire: () => first.acquire({ signal }) }));
  },
  "a circle in which one wait has a deadline around it"() {
    const [first, second] = [a(), b()];
    spawn(() => both(first, second));
    spawn(async () => {
      using _second = await second.acquire();
      await turn();
      await withTimeout(60_000, () => taskGroup(() => first.acquire()));
    });
  },
  "a holder that sleeps"() {
    const lock = a();
    spawn(() => lock.run(() => sleep(5000)));
    spawn(() => lock.acquire());
  },
  "a holder outside of any task"() {
    const lock = a();
    void lock.acquire();
    spawn(() => lock.acquire());
  },
  "a circle with a lock that has a lease"() {
    const [first, second] = [new Lock({ name: "a", lease: 60_000 }), b()];
    spawn(() => both(first, second));
    spawn(() => both(second, first));
  },
  "a circle through permits of which one is held by a task that runs"() {
    const [permits, lock] = [new Semaphore(2, "permits"), a()];
    spawn(() => permits.run(() => sleep(5000)));
    spawn(() => both(permits, lock));
    spawn(() => both(lock, permits));
  },
  "a circle through permits of which one is free"() {
    const [permits, lock] = [new Semaphore(2, "permits"), a()];
    spawn(() => both(permits, lock));
    spawn(() => both(lock, permits));
  },
  "permits of which one is on its way to one who gives up soon"() {
    const [permits, lock] = [new Semaphore(2, "permits"), a()];
    spawn(() => both(permits, lock));
    spawn(() => permits.acquire({ permits: 2, timeout: 60_000 }));
    spawn(() => both(lock, permits));
  },
  "a reader behind a writer who gives up soon"() {
    const [shared, lock] = [new ReadWriteLock("shared"), a()];
    const reading = { acquire: () => shared.read() };
    spawn(() => both(reading, lock));
    spawn(() => shared.write({ timeout: 60_000 }));
    spawn(() => both(lock, reading));
  },
  "permits that are signals"() {
    const signals = new Semaphore(0, "signals");
    signals.release();
    spawn(() => both(signals, signals));
  },
  "tasks that await others, and no circle"() {
    const lock = a();
    spawn(() => lock.run(() => gather([() => sleep(5000), () => sleep(6000)])));
    spawn(() => gather([() => lock.acquire(), () => lock.acquire()]));
  },
  "two waits of a task, of which one ends"() {
    const [first, second] = [a(), b()];
    spawn(async () => {
      using _first = await first.acquire();
      await turn();
      await Promise.all([sleep(5000), second.acquire()]);
    });
    spawn(() => both(second, first));
  },
  "jobs side by side in one task, which await something else while they hold"() {
    const [lock, permits] = [a(), new Semaphore(2, "permits")];
    const job = async (what: Lock | Semaphore) => {
      await turn();
      using _hold = await what.acquire();
      await somethingElse();
    };
    const atOnce = async (what: Lock | Semaphore) => {
      using _hold = await what.acquire();
      await somethingElse();
    };
    spawn(() => Promise.all([job(lock), job(lock)]));
    spawn(() => Promise.all([job(permits), job(permits), job(permits)]));
    const other = a();
    spawn(() => Promise.all([atOnce(other), atOnce(other)]));
    const third = a();
    spawn(async () => {
      void atOnce(third);
      await turn();
      await third.acquire();
    });
  },
  "callbacks that run in the name of a task that waits"() {
    const lock = a();
    const handler = async () => {
      using _hold = await lock.acquire();
      await somethingElse();
    };
    spawn(async () => {
      void turns(4).then(handler);
      await gather([() => turns(5).then(() => lock.acquire())]);
    });
  },
};

test.each(Object.entries(harmless))("no deadlock: %s", async (_name, program) => {
  expect(await findingsOf(program, 2000)).toEqual([]);
});
