import { expect, test } from "vitest";
import { Lock, ManualClock, observe, Semaphore, useClock, type Hold } from "@holdup/primitives";
import { createObserver, type HoldupObserver } from "./observer.ts";
import type { PrimitiveSnapshot } from "./snapshot.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** An observer that is installed, on a clock that stands still, until disposed. */
function observed(): { observer: HoldupObserver; clock: ManualClock } & Disposable {
  const clock = new ManualClock();
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  const parts = [useClock(clock), observe(observer)];
  return {
    observer,
    clock,
    [Symbol.dispose]() {
      for (const part of parts) part[Symbol.dispose]();
    },
  };
}

function only(observer: HoldupObserver): PrimitiveSnapshot {
  const [primitive] = observer.snapshot().primitives;
  if (primitive === undefined) throw new Error("nothing was measured");
  return primitive;
}

const blamed = ({ byHolder }: PrimitiveSnapshot) => byHolder.reduce((sum, { blameMs }) => sum + blameMs, 0);

test("five tasks that hold 100 ms each wait 0 to 400 and are to blame for 400 to 0", async () => {
  using world = observed();
  const lock = new Lock("five");
  const waits: number[] = [];
  const holds: Hold[] = [];
  const asks = [
    async function a() {
      return lock.acquire();
    },
    async function b() {
      return lock.acquire();
    },
    async function c() {
      return lock.acquire();
    },
    async function d() {
      return lock.acquire();
    },
    async function e() {
      return lock.acquire();
    },
  ];
  for (const ask of asks) {
    void ask().then((hold) => {
      waits.push(world.clock.now());
      return holds.push(hold);
    });
  }
  for (let i = 0; i < 5; i++) {
    await turn();
    world.clock.advance(100);
    holds[i]?.release();
  }

  const five = only(world.observer);
  const blame = Object.fromEntries(five.byHolder.map(({ site, blameMs }) => [site?.functionName, blameMs]));
  expect(waits).toEqual([0, 100, 200, 300, 400]);
  expect(blame).toEqual({ a: 400, b: 300, c: 200, d: 100, e: 0 });
  expect(five).toMatchObject({
    operations: 5,
    contended: 4,
    blockedMs: 1000,
    handoffMs: 0,
    holdMs: 500,
    unattributedMs: 0,
  });
});

test("holds of 1, 5, 2, 3 and 4 s cost those behind them 4, 15, 4, 3 and 0 s (golang/go#73760)", async () => {
  using world = observed();
  const lock = new Lock("unequal");
  const seconds = [1, 5, 2, 3, 4];
  const blames: number[] = [];
  const holds: Hold[] = [];
  for (let i = 0; i < 5; i++) void lock.acquire().then((hold) => holds.push(hold));
  for (const [i, length] of seconds.entries()) {
    await turn();
    const before = blamed(only(world.observer));
    world.clock.advance(length * 1000);
    holds[i]?.release();
    blames.push((blamed(only(world.observer)) - before) / 1000);
  }
  expect(blames).toEqual([4, 15, 4, 3, 0]);
});

test("what is pending counts up to now: open waits are blocked, open holds to blame", async () => {
  using world = observed();
  const lock = new Lock("pending");
  using _hold = await lock.acquire();
  void lock.acquire();
  world.clock.advance(70);

  expect(only(world.observer)).toMatchObject({
    blockedMs: 70,
    unattributedMs: 0,
    holders: [{ sinceMs: 70 }],
    waiters: [{ sinceMs: 70, operation: "acquire" }],
    byHolder: [{ blameMs: 70 }],
  });
  world.clock.advance(30);
  expect(only(world.observer)).toMatchObject({ blockedMs: 100, byHolder: [{ blameMs: 100 }] });
});

test("all of a snapshot is of one moment, however long it takes to make", async () => {
  using world = observed();
  const lock = new Lock("slow to tell");
  using _hold = await lock.acquire();
  void lock.acquire();
  world.clock.advance(70);
  // A clock that goes on each time that it is read.
  using _ticking = useClock({
    now() {
      world.clock.advance(1);
      return world.clock.now();
    },
    after: (ms, callback) => world.clock.after(ms, callback),
  });

  const { blockedMs, byWaiter, byHolder, waiters, holders } = only(world.observer);
  expect(byWaiter.reduce((sum, row) => sum + row.blockedMs, 0)).toBe(blockedMs);
  expect(byHolder.reduce((sum, row) => sum + row.blameMs, 0)).toBe(blockedMs);
  expect(waiters[0]?.sinceMs).toBe(blockedMs);
  expect(holders[0]?.sinceMs).toBe(blockedMs);
});

test("waiting while nobody holds is nobody's", async () => {
  using world = observed();
  const signal = new Semaphore(0, "signal");
  const waiting = signal.acquire();
  world.clock.advance(40);
  signal.release();
  await waiting;
  expect(only(world.observer)).toMatchObject({ blockedMs: 40, unattributedMs: 40 });
});

test("O5 a grant that came together with a cancel is a cancelled wait and no hold", async () => {
  using world = observed();
  const lock = new Lock("raced");
  const first = await lock.acquire();
  const abort = new AbortController();
  const raced = lock.acquire({ signal: abort.signal });
  world.clock.advance(10);
  first.release();
  abort.abort();
  await expect(raced).rejects.toMatchObject({ code: "ERR_CANCELLED" });

  const [measured] = world.observer.collect();
  const outcomes = measured?.operations.map(({ outcome, uncontended, waits }) => [
    outcome,
    uncontended,
    waits.count,
  ]);
  expect(outcomes).toEqual([
    ["granted", 1, 0],
    ["cancelled", 0, 1],
  ]);
  expect(measured?.holds.reduce((sum, { durations }) => sum + durations.count, 0)).toBe(1);
  expect(only(world.observer)).toMatchObject({ operations: 2, blockedMs: 10, holders: [], waiters: [] });
});
