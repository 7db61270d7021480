import fc from "fast-check";
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

// What a person would write down with a pencil: who waits and who holds in every interval.
interface Reckoning {
  blocked: number;
  unattributed: number;
  blame: number;
}

type Step =
  | { do: "acquire"; permits: number; cancellable: boolean }
  | { do: "release"; which: number }
  | { do: "cancel"; which: number }
  | { do: "advance"; ms: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("acquire" as const),
      permits: fc.integer({ min: 1, max: 3 }),
      cancellable: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("release" as const), which: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), which: fc.nat(15) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.double({ min: 1e-3, max: 5000, noNaN: true }),
    }),
  },
);

async function reckon(limit: number, weighted: boolean, steps: readonly Step[]): Promise<void> {
  using world = observed();
  const semaphore = new Semaphore(limit, "random");
  const held: { hold: Hold; permits: number; blame: number }[] = [];
  const pencil: Reckoning = { blocked: 0, unattributed: 0, blame: 0 };
  const aborts: AbortController[] = [];
  let waiting = 0;

  function interval(ms: number): void {
    const permits = held.reduce((sum, { permits: p }) => sum + p, 0);
    pencil.blocked += waiting * ms;
    if (permits === 0) pencil.unattributed += waiting * ms;
    for (const hold of held) {
      hold.blame += (waiting * ms * hold.permits) / permits;
      pencil.blame += (waiting * ms * hold.permits) / permits;
    }
    world.clock.advance(ms);
  }

  for (const step of steps) {
    if (step.do === "acquire") {
      const permits = weighted ? Math.min(step.permits, limit) : 1;
      const abort = new AbortController();
      aborts.push(abort);
      waiting++;
      semaphore.acquire(step.cancellable ? { permits, signal: abort.signal } : { permits }).then(
        (hold) => {
          waiting--;
          return held.push({ hold, permits, blame: 0 });
        },
        () => waiting--,
      );
    } else if (step.do === "release") held.splice(step.which, 1)[0]?.hold.release();
    else if (step.do === "cancel") aborts[step.which]?.abort();
    else interval(step.ms);
    await turn();
  }

  const measured = only(world.observer);
  close(measured.blockedMs, pencil.blocked);
  close(measured.unattributedMs, pencil.unattributed);
  close(blamed(measured), pencil.blame);
  close(blamed(measured) + measured.unattributedMs, measured.blockedMs);
  expect(measured).toMatchObject({ waiters: { length: waiting }, holders: { length: held.length } });
}

function close(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, expected));
}

test("blame and unattributed add up to what was blocked, as reckoned by hand: lock, 2,000 schedules", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 25, size: "max" }), (steps) =>
      reckon(1, false, [{ do: "acquire", permits: 1, cancellable: false }, ...steps]),
    ),
    { numRuns: 2000 },
  );
}, 60_000);

test("… and for a semaphore with weights, 2,000 schedules", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(anyStep, { minLength: 1, maxLength: 25, size: "max" }),
      (limit, steps) => reckon(limit, true, [{ do: "acquire", permits: 1, cancellable: false }, ...steps]),
    ),
    { numRuns: 2000 },
  );
}, 60_000);
