/** Runs all benchmarks on this Node and prints the results as JSON. Started by `bench.ts`, with `--expose-gc`. */
import { PerformanceObserver } from "node:perf_hooks";
import { Lock, observe, Semaphore } from "@holdup/primitives";
import { createObserver } from "@holdup/observer";
import { handOver, queues, uncontended } from "./cases.ts";
import { Floor } from "./floor.ts";
import { compare, cpuNs, heapPer, heapUsed, type Case, type Cost } from "./measure.ts";

/** What one hand-over costs, and how much of it garbage collection. */
export interface HandOverCost {
  readonly ns: number;
  readonly gcNs: number;
}

/** What one Node measured. */
export interface Results {
  readonly node: string;
  readonly nowNs: number;
  readonly tables: Record<string, Record<string, Cost>>;
  /** Bytes. */
  readonly memory: Record<string, number>;
  readonly parked: Record<"sixteen" | "many" | "floorSixteen" | "floorMany", HandOverCost>;
  readonly cancelled: { readonly beforeMb: number; readonly fullMb: number; readonly afterMb: number };
}

const rounds = Number(process.argv[2] ?? 9);
// Long enough that the second's worth of call sites that an observer may look up at once is a small part.
const roundMs = 200;
const many = 100_000;
const handOvers = 400_000;
const newLock = () => new Lock("bench");
const newFloor = () => new Floor();

// With one wait queue shared by all, what is measured alone flatters itself: use everything first.
for (const one of [...uncontended, ...handOver(2), ...queues]) await runOnce(one);

const results: Results = {
  node: process.version,
  nowNs: await clockCost(),
  tables: {
    uncontended: await table(uncontended),
    "hand-off among 2": await table(handOver(2)),
    "hand-off among 16": await table(handOver(16)),
    "hand-off among 1000": await table(handOver(1000)),
    queue: await table(queues),
  },
  memory: await memory(),
  parked: await parked(),
  cancelled: await cancelHalf(),
};
process.stdout.write(`${JSON.stringify(results)}\n`);

async function runOnce(one: Case): Promise<void> {
  using _world = one.setUp?.() ?? { [Symbol.dispose]() {} };
  await one.run(2000);
}

async function table(cases: readonly Case[]): Promise<Record<string, Cost>> {
  return Object.fromEntries(await compare(cases, rounds, roundMs));
}

async function clockCost(): Promise<number> {
  const clock: Case = {
    name: "now",
    run(times) {
      for (let i = 0; i < times; i++) performance.now();
    },
  };
  return (await compare([clock], rounds, roundMs)).get("now")?.best ?? Number.NaN;
}

async function memory(): Promise<Record<string, number>> {
  const perLock = await heapPer(many, (count) => Array.from({ length: count }, () => new Lock("bench")));
  const perWaiter = await heapPer(many, (count) => parkedOn(new Lock("bench"), count));
  using _observing = observe(createObserver());
  const perBusy = await heapPer(1000, busyLocks);
  return { waiter: perWaiter, "new lock": perLock, "busy lock, observed": perBusy };
}

function parkedOn(lock: Lock, count: number): unknown {
  const first = lock.tryAcquire();
  return [lock, first, Array.from({ length: count }, () => lock.acquire())];
}

async function busyLocks(count: number): Promise<unknown> {
  const locks = Array.from(
    { length: count },
    (_, i) => new Lock(`bench ${String.fromCodePoint(97 + (i % 26))} ${i}`),
  );
  for (const lock of locks) {
    for (let i = 0; i < 50; i++) await Promise.all([lock.run(async () => {}), lock.run(async () => {})]);
  }
  return locks;
}

/**
 * One hand-over of the same lock with 16 and with 100,000 waiters in the line, the best of some runs; and
 * the same of the least that can be: a linked list of promises and nothing else.
 */
async function parked(): Promise<Results["parked"]> {
  return {
    sixteen: await bestOf(newLock, 16),
    many: await bestOf(newLock, many),
    floorSixteen: await bestOf(newFloor, 16),
    floorMany: await bestOf(newFloor, many),
  };
}

async function bestOf(make: () => Lock | Floor, waiters: number): Promise<HandOverCost> {
  const runs: HandOverCost[] = [];
  for (let i = 0; i < 5; i++) runs.push(await handOverCost(make(), waiters));
  return runs.toSorted((a, b) => a.ns - b.ns)[0] as HandOverCost;
}

async function handOverCost(lock: Lock | Floor, waiters: number): Promise<HandOverCost> {
  let gcMs = 0;
  const collections = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcMs += duration;
  });
  const first = await lock.acquire();
  let count = 0;
  let before = 0;
  let after = 0;
  const turns = Array.from({ length: waiters }, async () => {
    while (count < handOvers) {
      const hold = await lock.acquire();
      // Not while the line forms, and not while it ends.
      if (++count === 1) before = cpuNs();
      if (count === handOvers) after = cpuNs();
      hold.release();
    }
  });
  await heapUsed();
  collections.observe({ entryTypes: ["gc"] });
  first.release();
  await Promise.all(turns);
  // Collections are told of in a later turn.
  await new Promise<void>((resolve) => void setTimeout(resolve, 20));
  collections.disconnect();
  return { ns: (after - before) / handOvers, gcNs: (gcMs * 1e6) / handOvers };
}

async function usedMb(): Promise<number> {
  return (await heapUsed()) / 2 ** 20;
}

/** 100,000 waiters, half of them cancelled at random: the rest in order, and the memory back. */
async function cancelHalf(): Promise<Results["cancelled"]> {
  const beforeMb = await usedMb();
  const semaphore = new Semaphore(1, "bench");
  const first = await semaphore.acquire();
  const aborts = Array.from({ length: many }, () => new AbortController());
  const granted: number[] = [];
  const waits = aborts.map(({ signal }, i) =>
    semaphore.acquire({ signal }).then(
      (hold) => {
        granted.push(i);
        hold.release();
      },
      () => {},
    ),
  );
  const fullMb = await usedMb();
  const order = aborts.map((_, i) => i).toSorted(() => Math.random() - 0.5);
  for (const i of order.slice(0, many / 2)) aborts[i]?.abort();
  first.release();
  await Promise.all(waits);
  const inOrder = granted.every((id, i) => i === 0 || id > (granted[i - 1] as number));
  if (granted.length !== many / 2 || !inOrder) throw new Error("the rest was not granted in order");
  aborts.length = 0;
  waits.length = 0;
  granted.length = 0;
  order.length = 0;
  return { beforeMb, fullMb, afterMb: await usedMb() };
}
