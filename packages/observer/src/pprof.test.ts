import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  Lock,
  ManualClock,
  observe,
  ReadWriteLock,
  Semaphore,
  useClock,
  type Hold,
} from "@holdup/primitives";
import { Profile } from "pprof-format";
import { createObserver, type HoldupObserver } from "./observer.ts";
import type { ObserverOptions } from "./options.ts";
import type { ProfileKind } from "./pprof.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

function observed(options: ObserverOptions): { observer: HoldupObserver; clock: ManualClock } & Disposable {
  const clock = new ManualClock();
  const observer = createObserver(options);
  const parts = [useClock(clock), observe(observer)];
  return {
    observer,
    clock,
    [Symbol.dispose]() {
      for (const part of parts) part[Symbol.dispose]();
    },
  };
}

interface DecodedSample {
  /** Innermost first. */
  stack: string[];
  contentions: number;
  delayMs: number;
  labels: Record<string, string>;
}

function decoded(
  observer: HoldupObserver,
  kind: ProfileKind,
): { profile: Profile; samples: DecodedSample[] } {
  const profile = Profile.decode(gunzipSync(observer.toPprof(kind)));
  const text = (index: number | bigint) => profile.stringTable.strings[Number(index)] ?? "";
  const nameOf = (id: number | bigint) => {
    const line = profile.location.find((location) => Number(location.id) === Number(id))?.line[0];
    const found = profile.function.find((one) => Number(one.id) === Number(line?.functionId));
    return text(found?.name ?? 0);
  };
  const samples = profile.sample.map(({ locationId, value, label }) => ({
    stack: locationId.map(nameOf),
    contentions: Number(value[0]),
    delayMs: Number(value[1]) / 1e6,
    labels: Object.fromEntries(label.map(({ key, str }) => [text(key), text(str)])),
  }));
  return { profile, samples };
}

const everySite = { sitesPerSecond: Number.POSITIVE_INFINITY };

test("the mutex profile shows who held, the block profile who waited, the primitive at the root", async () => {
  using world = observed(everySite);
  const lock = new Lock("accounts");
  async function transfer() {
    return lock.acquire();
  }
  async function audit() {
    return lock.acquire();
  }
  const first = await transfer();
  const second = audit();
  const third = audit();
  world.clock.advance(250);
  first.release();
  const held = await second;
  world.clock.advance(50);

  const byHolder = decoded(world.observer, "mutex").samples;
  const byWaiter = decoded(world.observer, "block").samples;

  const labels = { primitive: "accounts", type: "lock" };
  expect(byHolder.toSorted((a, b) => b.delayMs - a.delayMs)).toMatchObject([
    { contentions: 1, delayMs: 500, labels },
    { contentions: 1, delayMs: 50, labels },
  ]);
  expect(new Map(byHolder.map(({ stack, delayMs }) => [stack[0], [stack.at(-1), delayMs]]))).toEqual(
    new Map([
      ["transfer", ['lock "accounts"', 500]],
      ["audit", ['lock "accounts"', 50]],
    ]),
  );
  expect(byWaiter.every(({ stack }) => stack[0] === "audit")).toBe(true);
  expect(byWaiter.reduce((sum, { delayMs }) => sum + delayMs, 0)).toBe(550);
  expect(byWaiter.reduce((sum, { contentions }) => sum + contentions, 0)).toBe(2);
  held.release();
  (await third).release();
});

test("a profile says what its values are, as Go's do", () => {
  using world = observed({});
  const { profile } = decoded(world.observer, "mutex");
  const text = (index: number | bigint) => profile.stringTable.strings[Number(index)];
  expect(profile.sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
    ["contentions", "count"],
    ["delay", "nanoseconds"],
  ]);
  expect(text(profile.defaultSampleType)).toBe("delay");
  expect(Number(profile.timeNanos) / 1e6).toBeCloseTo(Date.now(), -4);
  expect(profile.sample).toEqual([]);
});

test("what was not looked up is under one frame, and holds nobody waited for are not there", async () => {
  using world = observed({ sitesPerSecond: 0 });
  // The reserve of a primitive is used up first.
  const lock = new Lock("hot");
  for (let i = 0; i < 200; i++) await lock.run(() => {});
  const first = await lock.acquire();
  const second = lock.acquire();
  world.clock.advance(30);
  first.release();
  (await second).release();

  expect(decoded(world.observer, "mutex").samples).toMatchObject([
    { stack: ["(not sampled)", 'lock "hot"'], contentions: 1, delayMs: 30 },
  ]);
});

test("waiting while nobody holds is in the block profile only; more than 2^53 ns are told", async () => {
  using world = observed(everySite);
  const signal = new Semaphore(0, "signal");
  const waiting = signal.acquire();
  const yearMs = 365 * 24 * 3600 * 1000;
  world.clock.advance(yearMs);
  signal.release();
  await waiting;

  expect(decoded(world.observer, "mutex").samples).toEqual([]);
  expect(decoded(world.observer, "block").samples).toMatchObject([{ delayMs: yearMs, contentions: 1 }]);
});

test("another kind is an error", () => {
  using world = observed({});
  expect(() => world.observer.toPprof("wall" as never)).toThrow(
    expect.objectContaining({
      name: "TypeError",
      code: "ERR_INVALID_ARG",
      message: expect.stringContaining('"wall"; there are "mutex" and "block"'),
    }),
  );
});

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("ask" as const), which: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("release" as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), which: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), which: fc.nat(1000) }) },
);

test("the sums of both profiles are the snapshot's, at any moment of any schedule", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.constantFrom(0, 5, Number.POSITIVE_INFINITY),
      fc.boolean(),
      async (steps, sitesPerSecond, patient) => {
        using world = observed({ sitesPerSecond });
        const [lock, pool, gate] = [new Lock("l"), new Semaphore(2, "s"), new ReadWriteLock("rw")];
        const asks: ((signal: AbortSignal) => Promise<Hold>)[] = [
          (signal) => lock.acquire({ signal }),
          async function nested(signal) {
            return lock.acquire({ signal });
          },
          (signal) => pool.acquire({ signal }),
          (signal) => pool.acquire({ signal, permits: 2 }),
          (signal) => gate.read({ signal }),
          (signal) => gate.write({ signal }),
        ];
        const holds: Hold[] = [];
        const aborts: AbortController[] = [];
        for (const { do: what, which } of steps) {
          if (what === "ask") {
            const abort = new AbortController();
            aborts.push(abort);
            asks[which]?.(abort.signal).then(
              (hold) => holds.push(hold),
              () => {},
            );
          } else if (what === "release") holds.splice(which % Math.max(1, holds.length), 1)[0]?.release();
          else if (what === "cancel") aborts[which % Math.max(1, aborts.length)]?.abort();
          else world.clock.advance(which / 7);
          if (patient) await turn();
        }
        const { primitives } = world.observer.snapshot();
        const delays = (kind: ProfileKind, name: string) =>
          decoded(world.observer, kind)
            .samples.filter(({ labels }) => labels["primitive"] === name)
            .reduce((sum, { delayMs }) => sum + delayMs, 0);
        for (const { name, blockedMs, byHolder } of primitives) {
          expect(delays("block", name)).toBeCloseTo(blockedMs, 3);
          const blameMs = byHolder.reduce((sum, row) => sum + row.blameMs, 0);
          expect(delays("mutex", name)).toBeCloseTo(blameMs, 3);
        }
        for (const hold of holds) hold[Symbol.dispose]();
        for (const abort of aborts) abort.abort();
        await turn();
      },
    ),
    { numRuns: 150 },
  );
});
