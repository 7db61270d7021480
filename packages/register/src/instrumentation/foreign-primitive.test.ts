import * as bareAsyncMutex from "async-mutex";
import bareGenericPool from "generic-pool";
import * as barePLimit from "p-limit";
import * as barePQueue from "p-queue";
import { expect, test } from "vitest";
import { createObserver, type Finding } from "@holdup/observer";
import { ManualClock, observe, useClock } from "@holdup/primitives";
import { ticks } from "../testing/journal.ts";
import { asyncMutex } from "./async-mutex.ts";
import { genericPool } from "./generic-pool.ts";
import type { Library } from "./library.ts";
import { pLimit } from "./p-limit.ts";
import { pQueue } from "./p-queue.ts";
import { Patches } from "./patches.ts";
import { webLocks } from "./web-locks.ts";

interface Locks {
  request(name: string, fn: () => Promise<unknown>): Promise<unknown>;
}
// Node 22 has none.
const { locks } = navigator as unknown as { locks?: Locks };
const kinds = new Set(["deadlock", "self-deadlock", "nested-limiter"]);
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

interface Libraries {
  readonly limiter: (concurrency: number) => ReturnType<typeof barePLimit.default>;
  readonly PQueue: typeof barePQueue.default;
  readonly Mutex: typeof bareAsyncMutex.Mutex;
  readonly Semaphore: typeof bareAsyncMutex.Semaphore;
  readonly createPool: typeof bareGenericPool.createPool;
  /** Something that ends with the test. */
  readonly elsewhere: () => Promise<void>;
}

/** What is found while a program that uses wrapped libraries runs for so long. */
async function findingsOf(program: (libraries: Libraries) => unknown, ms = 1000): Promise<Finding[]> {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  const patches = new Patches();
  const ends: (() => void)[] = [];
  webLocks.wrapNode?.(patches);
  const wrap = <Exports extends object>(library: Library, exports: Exports): Exports =>
    library.wrap?.({ ...exports }, patches) as Exports;
  const { Mutex, Semaphore } = wrap(asyncMutex, bareAsyncMutex);
  try {
    program({
      limiter: wrap(pLimit, barePLimit).default,
      PQueue: wrap(pQueue, barePQueue).default,
      Mutex,
      Semaphore,
      createPool: wrap(genericPool, bareGenericPool).createPool,
      elsewhere: () => new Promise((resolve) => void ends.push(resolve)),
    });
    for (let passed = 0; passed < ms; passed += 250) {
      for (let i = 0; i < 4; i++) await turn();
      void observer.findings;
      clock.advance(250);
    }
    await turn();
    return observer.findings.filter(({ kind }) => kinds.has(kind));
  } finally {
    patches.undo();
    for (const end of ends) end();
    await ticks(50);
  }
}

test("a job of p-limit that awaits another job of the same limiter: both lines, within a second", async () => {
  const findings = await findingsOf(({ limiter }) => {
    const limit = limiter(2);
    const inner = () => limit(async () => "never");
    const outer = () => limit(async () => await inner());
    void Promise.all([outer(), outer()]);
  });

  expect(findings).toMatchObject([
    {
      kind: "nested-limiter",
      severity: "warning",
      count: 1,
      primitives: [expect.stringMatching(/^p-limit@foreign-primitive\.test\.ts:\d+$/)],
      sites: [{ functionName: "outer" }, { functionName: "inner" }],
    },
  ]);
  const { message, primitives, sites } = findings[0] as Finding;
  const [name] = primitives;
  const [held, waited] = sites;
  expect(message).toBe(
    `all of semaphore "${name}" (2) is held by functions that wait, as the one from ` +
      `${held?.filePath}:${held?.lineNumber} since 750 ms, for one more of it at ` +
      `${waited?.filePath}:${waited?.lineNumber} since 750 ms: what awaits that can never go on`,
  );
});

test("when that stays so, it is an error, and the same finding", async () => {
  const findings = await findingsOf(({ limiter }) => {
    const limit = limiter(1);
    void limit(async () => await limit(async () => {}));
  }, 6000);

  expect(findings).toMatchObject([{ kind: "nested-limiter", severity: "error", count: 2 }]);
});

const nested: Record<string, [kind: string, program: (libraries: Libraries) => unknown]> = {
  "p-queue, some awaits later": [
    "nested-limiter",
    ({ PQueue }) => {
      const queue = new PQueue({ concurrency: 1 });
      const inner = async () => {
        await ticks(3);
        await queue.add(async () => {});
      };
      void queue.add(async () => {
        await ticks(3);
        await inner();
      });
    },
  ],
  "the jobs of limit.map": [
    "nested-limiter",
    ({ limiter }) => {
      const limit = limiter(2);
      void limit.map([1, 2, 3], async (n) => await limit(async () => n));
    },
  ],
  "async-mutex, where the inner one is a function's and the outer one, too": [
    "self-deadlock",
    ({ Mutex }) => {
      const mutex = new Mutex();
      void mutex.runExclusive(async () => await mutex.runExclusive(async () => {}));
    },
  ],
  ...(locks === undefined
    ? {}
    : {
        "a Web Lock": [
          "self-deadlock",
          () => void locks.request("nested", async () => await locks.request("nested", async () => {})),
        ],
      }),
  "through another limiter, whose function asks for the first": [
    "nested-limiter",
    ({ limiter }) => {
      const [limit, other] = [limiter(1), limiter(1)];
      void limit(async () => await other(async () => await limit(async () => {})));
    },
  ],
  "two limiters in opposite orders": [
    "deadlock",
    ({ limiter }) => {
      const [one, other] = [limiter(1), limiter(1)];
      void one(async () => {
        await ticks(5);
        await other(async () => {});
      });
      void other(async () => {
        await ticks(5);
        await one(async () => {});
      });
    },
  ],
  "through a pool, whose resources are held by jobs that wait for one more": [
    "nested-limiter",
    ({ limiter, createPool }) => {
      const limit = limiter(3);
      const pool = createPool({ create: async () => ({}), destroy: async () => {} }, { max: 1 });
      const job = async () => {
        const resource = await pool.acquire();
        await pool.acquire();
        await pool.release(resource);
      };
      for (let i = 0; i < 3; i++) void limit(job);
    },
  ],
};

test.each(Object.entries(nested))("nested in itself: %s", async (_name, [kind, program]) => {
  expect(await findingsOf(program)).toMatchObject([{ kind, severity: "warning" }]);
});

const harmless: Record<string, (libraries: Libraries) => unknown> = {
  "one place is free": ({ limiter, elsewhere }) => {
    const limit = limiter(3);
    for (let i = 0; i < 2; i++) void limit(async () => await limit(elsewhere));
  },
  "one place is held by a job that waits for something else": ({ limiter, elsewhere }) => {
    const limit = limiter(2);
    void limit(elsewhere);
    void limit(async () => await limit(async () => {}));
  },
  "the inner call is of another limiter": ({ limiter, elsewhere }) => {
    const [limit, other] = [limiter(1), limiter(1)];
    void other(elsewhere);
    void limit(async () => await other(async () => {}));
    void limit(async () => {});
  },
  "the job asks for one more and is at work with another one": ({ limiter, elsewhere }) => {
    const [limit, other] = [limiter(1), limiter(1)];
    void limit(async () => {
      void limit(async () => {});
      await other(elsewhere);
    });
  },
  "the job asks for one more and is at work with what it acquired since": ({
    limiter,
    createPool,
    elsewhere,
  }) => {
    const limit = limiter(1);
    const pool = createPool({ create: async () => ({}), destroy: async () => {} }, { max: 1 });
    void limit(async () => {
      void limit(async () => {});
      await pool.acquire();
      await elsewhere();
    });
  },
  "the library lets nobody start, though a place is free": ({ PQueue }) => {
    const queue = new PQueue({ concurrency: 2 });
    void queue.add(async () => {
      queue.pause();
      await queue.add(async () => {});
    });
  },
  "another one is held by code that nobody knows": ({ Semaphore }) => {
    const semaphore = new Semaphore(2);
    void semaphore.runExclusive(async () => await semaphore.runExclusive(async () => {}));
    void semaphore.acquire();
  },
  "the job has ended, and what it left behind asks for what it left held": ({ limiter, Mutex }) => {
    const [limit, mutex] = [limiter(1), new Mutex()];
    void limit(async () => {
      await mutex.acquire();
      void ticks(20).then(async () => await mutex.acquire());
    });
  },
  "a job that waits for another job is not a job that waits for the limiter": ({ limiter, elsewhere }) => {
    const limit = limiter(1);
    void limit(elsewhere);
    for (let i = 0; i < 3; i++) void limit(async () => {});
  },
};

test.each(Object.entries(harmless))("not nested: %s", async (_name, program) => {
  expect(await findingsOf(program)).toEqual([]);
});
