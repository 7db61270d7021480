import fc from "fast-check";
import { expect, test } from "vitest";
import { Event, Lock, ManualClock, observe, Semaphore, spawn, useClock, type Hold } from "@holdup/primitives";
import type { FlightHold, FlightRecording, FlightWait } from "./flight-recording.ts";
import { createObserver, type HoldupObserver } from "./observer.ts";
import type { ObserverOptions } from "./options.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

interface World extends Disposable {
  readonly observer: HoldupObserver;
  readonly clock: ManualClock;
  readonly observing: Disposable;
}

function observed(options: ObserverOptions = {}): World {
  const clock = new ManualClock();
  const time = useClock(clock);
  const observer = createObserver(options);
  const observing = observe(observer);
  return {
    observer,
    clock,
    observing,
    [Symbol.dispose]() {
      observing[Symbol.dispose]();
      time[Symbol.dispose]();
    },
  };
}

function named({ primitives }: FlightRecording, { primitive }: FlightHold | FlightWait): string | undefined {
  return primitives[primitive]?.name;
}

test("a recording tells who waited, who held, when and from where, and who handed over to whom", async () => {
  using world = observed();
  const lock = new Lock("accounts");
  async function transfer() {
    const held = await lock.acquire();
    await turn();
    world.clock.advance(100);
    held.release();
  }
  const before = Date.now();
  const tasks = [spawn(transfer, { name: "a" }), spawn(transfer, { name: "b" })];
  for (const task of tasks) await task;

  const recording = world.observer.record();

  const { holds, waits, sites, end, start } = recording;
  expect(recording).toMatchObject({ version: 1, primitives: [{ type: "lock", name: "accounts" }] });
  expect(end - start).toBe(200);
  expect(end).toBeGreaterThanOrEqual(before);
  expect(recording.tasks.map(({ name }) => name).toSorted()).toEqual(["a", "b"]);
  expect(holds).toMatchObject([
    { startMs: 0, endMs: 100, contended: true, open: false, operation: "acquire" },
    { startMs: 100, endMs: 200, contended: false, open: false },
  ]);
  expect(waits).toMatchObject([
    { startMs: 0, grantedMs: 100, endMs: 100, outcome: "granted", operation: "acquire" },
  ]);
  expect(waits[0]).toMatchObject({ handedOverBy: holds[0]?.id, hold: holds[1]?.id });
  for (const { site, task } of [...holds, ...waits]) {
    expect(sites[site ?? -1]?.functionName).toBe("transfer");
    expect(task).not.toBeNull();
  }
  expect(JSON.parse(JSON.stringify(recording))).toEqual(recording);
});

test("what is open ends with the recording", async () => {
  using world = observed();
  const lock = new Lock("stuck");
  using _held = await lock.acquire();
  void lock.acquire();
  world.clock.advance(70);

  const { holds, waits } = world.observer.record();

  expect(holds).toMatchObject([{ startMs: 0, endMs: 70, open: true, contended: true }]);
  expect(waits).toMatchObject([{ startMs: 0, endMs: 70, outcome: "pending", grantedMs: null, hold: null }]);
});

test("a wait that ends without a grant, and one for no hold, are told as what they are", async () => {
  using world = observed();
  const event = new Event("ready");
  const impatient = event.wait({ timeout: 10 }).catch(() => {});
  const patient = event.wait();
  world.clock.advance(10);
  await impatient;
  event.set();
  await patient;

  const { waits, holds } = world.observer.record();

  expect(waits).toMatchObject([
    { outcome: "timeout", grantedMs: null, endMs: 10, hold: null },
    { outcome: "granted", grantedMs: 10, endMs: 10, hold: null, handedOverBy: null },
  ]);
  expect(holds).toEqual([]);
});

test("a lock that nobody waits for is not recorded; it is for some seconds after somebody did", async () => {
  using world = observed();
  const lock = new Lock("hot");
  const uncontended = async (times: number) => {
    for (let i = 0; i < times; i++) (await lock.acquire()).release();
  };
  await uncontended(10);
  expect(world.observer.record().holds).toEqual([]);

  const first = await lock.acquire();
  const second = lock.acquire();
  first.release();
  (await second).release();
  await uncontended(10);
  world.clock.advance(6000);
  await uncontended(10);
  expect(world.observer.record().holds).toHaveLength(2 + 10);
});

test("a hot lock nobody waits for does not drive out the rest: so many of its holds are kept a second", async () => {
  using world = observed({ flightEvents: 640 });
  const lock = new Lock("hot");
  const first = await lock.acquire();
  const second = lock.acquire();
  first.release();
  (await second).release();
  for (let i = 0; i < 1000; i++) lock.tryAcquire()?.release();

  const { holds, waits } = world.observer.record();

  expect(waits).toHaveLength(1);
  expect(holds).toHaveLength(2 + 10);
});

test("it keeps the last entries and the last 30 seconds, and says since when nothing is missing", async () => {
  using world = observed({ flightEvents: 8 });
  const lock = new Lock("busy");
  const contend = async () => {
    const first = await lock.acquire();
    const second = lock.acquire();
    world.clock.advance(10);
    first.release();
    (await second).release();
  };
  for (let i = 0; i < 10; i++) await contend();

  // Three entries each: two holds and a wait. The oldest that is left ended with the second last but one.
  const recording = world.observer.record();
  expect(recording.waits.length + recording.holds.length).toBe(8);
  expect(recording.end - recording.start).toBe(20);
  expect(Math.min(...recording.waits.map(({ startMs }) => startMs))).toBe(-10);

  world.clock.advance(29_995);
  const later = world.observer.record();
  expect(later.end - later.start).toBe(30_000);
  expect(later.holds.every(({ endMs }) => endMs >= 0)).toBe(true);
  world.clock.advance(10);
  expect(world.observer.record()).toMatchObject({ holds: [], waits: [], tasks: [], sites: [] });
});

test("with flightEvents 0 only what is open is recorded; too many are an error", async () => {
  using world = observed({ flightEvents: 0 });
  const lock = new Lock("off");
  const first = await lock.acquire();
  const second = lock.acquire();
  first.release();
  const held = await second;
  void lock.acquire();
  expect(world.observer.record()).toMatchObject({
    holds: [{ open: true }],
    waits: [{ outcome: "pending" }],
  });
  held.release();
  expect(() => createObserver({ flightEvents: Number.POSITIVE_INFINITY })).toThrow("10000000 or less");
  expect(() => createObserver({ flightEvents: -1 })).toThrow("0 or more");
});

test("after the observer is taken out, what was open then is still told", async () => {
  using world = observed();
  const lock = new Lock("over");
  using _held = await lock.acquire();
  void lock.acquire();
  world.clock.advance(50);
  world.observing[Symbol.dispose]();
  world.clock.advance(50);

  expect(world.observer.record()).toMatchObject({
    holds: [{ open: true, startMs: 0, endMs: 50 }],
    waits: [{ outcome: "pending", startMs: 0, endMs: 50 }],
  });
});

test("several of one name are told apart", async () => {
  using world = observed();
  for (const lock of [new Lock("cart-1001"), new Lock("cart-1002")]) {
    const first = await lock.acquire();
    const second = lock.acquire();
    first.release();
    (await second).release();
  }
  const { primitives, holds } = world.observer.record();
  expect(primitives).toEqual([{ type: "lock", name: "cart-*" }]);
  expect(new Set(holds.map(({ instance }) => instance)).size).toBe(2);
});

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("ask" as const), which: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("release" as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), which: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), which: fc.nat(100) }) },
);

test("of any schedule, the waits in a recording add up to the blocked time of the snapshot", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      using world = observed();
      const [lock, pool] = [new Lock("l"), new Semaphore(2, "s")];
      const holds: Hold[] = [];
      const aborts: AbortController[] = [];
      for (const { do: what, which } of steps) {
        if (what === "ask") {
          const abort = new AbortController();
          aborts.push(abort);
          const { signal } = abort;
          const asked = which === 0 ? lock.acquire({ signal }) : pool.acquire({ signal, permits: which });
          asked.then(
            (hold) => holds.push(hold),
            () => {},
          );
        } else if (what === "release") holds.splice(which % Math.max(1, holds.length), 1)[0]?.release();
        else if (what === "cancel") aborts[which % Math.max(1, aborts.length)]?.abort();
        else world.clock.advance(which);
        await turn();
      }
      const recording = world.observer.record();
      const ids = new Map(recording.holds.map((hold) => [hold.id, hold]));
      for (const { name, blockedMs } of world.observer.snapshot().primitives) {
        const blocked = recording.waits
          .filter((wait) => named(recording, wait) === name)
          .reduce((sum, wait) => sum + (wait.grantedMs ?? wait.endMs) - wait.startMs, 0);
        expect(blocked).toBeCloseTo(blockedMs, 6);
      }
      for (const { handedOverBy, hold, grantedMs, primitive } of recording.waits) {
        if (handedOverBy !== null && grantedMs !== null) {
          expect(ids.get(handedOverBy)).toMatchObject({ endMs: grantedMs, primitive, contended: true });
        }
        if (hold !== null) expect(ids.get(hold)).toMatchObject({ startMs: grantedMs, primitive });
      }
      for (const hold of holds) hold[Symbol.dispose]();
      for (const abort of aborts) abort.abort();
      await turn();
    }),
    { numRuns: 150 },
  );
});
