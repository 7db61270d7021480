/** Taking what is free and giving it back: Holdup's lock, observed or not, beside what people use today. */
import { Lock } from "@holdup/primitives";
import { getSemaphore } from "@henrygd/semaphore";
import AsyncLock from "async-lock";
import { Mutex as AsyncMutex, Semaphore as AsyncMutexSemaphore } from "async-mutex";
import { Sema } from "async-sema";
import Bottleneck from "bottleneck";
import { Effect, Semaphore as EffectSemaphore } from "effect";
import { promise as fastqPromise } from "fastq";
import pLimit from "p-limit";
import PMutex from "p-mutex";
import PQueue from "p-queue";
import { observed, type Case } from "./measure.ts";
import { naiveOtel } from "./naive-otel.ts";

export const uncontended: Case[] = [
  { name: "holdup, awaited", run: awaited },
  { name: "holdup, tryAcquire", run: tried },
  { name: "holdup observed, awaited", setUp: observed, run: awaited },
  { name: "holdup observed, tryAcquire", setUp: observed, run: tried },
  {
    name: "async-mutex Semaphore(1)",
    async run(times) {
      const semaphore = new AsyncMutexSemaphore(1);
      for (let i = 0; i < times; i++) {
        const [, release] = await semaphore.acquire();
        release();
      }
    },
  },
  {
    name: "async-mutex Mutex",
    async run(times) {
      const mutex = new AsyncMutex();
      for (let i = 0; i < times; i++) {
        const release = await mutex.acquire();
        release();
      }
    },
  },
  {
    name: "async-sema",
    async run(times) {
      const sema = new Sema(1);
      for (let i = 0; i < times; i++) {
        await sema.acquire();
        sema.release();
      }
    },
  },
  {
    name: "@henrygd/semaphore",
    async run(times) {
      const semaphore = getSemaphore(undefined, 1);
      for (let i = 0; i < times; i++) {
        await semaphore.acquire();
        semaphore.release();
      }
    },
  },
  {
    name: "p-mutex",
    async run(times) {
      const mutex = new PMutex();
      for (let i = 0; i < times; i++) {
        await mutex.lock();
        mutex.unlock();
      }
    },
  },
  {
    name: "async-lock",
    async run(times) {
      const lock = new AsyncLock();
      for (let i = 0; i < times; i++) await lock.acquire("key", nothing);
    },
  },
  {
    name: "effect Semaphore(1), in one fiber",
    async run(times) {
      const guarded = EffectSemaphore.makeUnsafe(1).withPermits(1)(Effect.void);
      await Effect.runPromise(repeat(guarded, times));
    },
  },
  {
    name: "p-limit",
    async run(times) {
      const limit = pLimit(1);
      for (let i = 0; i < times; i++) await limit(nothing);
    },
  },
  {
    name: "p-queue",
    async run(times) {
      const queue = new PQueue({ concurrency: 1 });
      for (let i = 0; i < times; i++) await queue.add(nothing);
    },
  },
  {
    name: "fastq",
    async run(times) {
      const queue = fastqPromise(async () => undefined, 1);
      for (let i = 0; i < times; i++) await queue.push(i);
    },
  },
  {
    name: "Web Locks",
    async run(times) {
      const { locks } = navigator as unknown as {
        locks: { request(name: string, fn: () => void): Promise<void> };
      };
      for (let i = 0; i < times; i++) await locks.request("bench", nothing);
    },
  },
  {
    name: "bottleneck",
    // It waits for several timers each time: milliseconds.
    times: 50,
    async run(times) {
      const limiter = new Bottleneck({ maxConcurrent: 1 });
      for (let i = 0; i < times; i++) await limiter.schedule(() => Promise.resolve());
    },
  },
  naiveOtel,
];

const nothing = () => undefined;

/** One effect again and again, in the fiber that runs this. */
export function repeat(effect: Effect.Effect<void>, times: number): Effect.Effect<void> {
  return Effect.gen(function* again() {
    for (let i = 0; i < times; i++) yield* effect;
  });
}

async function awaited(times: number): Promise<void> {
  const lock = new Lock("bench");
  for (let i = 0; i < times; i++) {
    const hold = await lock.acquire();
    hold.release();
  }
}

async function tried(times: number): Promise<void> {
  const lock = new Lock("bench");
  for (let i = 0; i < times; i++) {
    const hold = lock.tryAcquire() ?? (await lock.acquire());
    hold.release();
  }
}
