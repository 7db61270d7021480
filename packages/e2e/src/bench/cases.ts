/** The cases that are compared: Holdup's primitives, observed or not, beside what people use today. */
import { createObserver } from "@holdup/observer";
import { Lock, observe, Queue, spawn } from "@holdup/primitives";
import { getSemaphore } from "@henrygd/semaphore";
import { Channel } from "async-channel";
import AsyncLock from "async-lock";
import { promise as fastqPromise } from "fastq";
import { Mutex as AsyncMutex, Semaphore as AsyncMutexSemaphore } from "async-mutex";
import { Sema } from "async-sema";
import pLimit from "p-limit";
import PMutex from "p-mutex";
import PQueue from "p-queue";
import type { Case } from "./measure.ts";
import { naiveOtel } from "./naive-otel.ts";

const observed = () => observe(createObserver());

/** Taking what is free and giving it back. */
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
  naiveOtel,
];

const nothing = () => undefined;

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

/** `waiters` take turns; one time is one hand-over. */
export function handOver(waiters: number): Case[] {
  return [
    { name: "holdup", run: takeTurns(waiters, holdupTurns) },
    { name: "holdup in tasks", run: takeTurns(waiters, holdupTurns, (fn) => spawn(fn)) },
    { name: "holdup observed", setUp: observed, run: takeTurns(waiters, holdupTurns) },
    {
      name: "holdup observed, in tasks",
      setUp: observed,
      run: takeTurns(waiters, holdupTurns, (fn) => spawn(fn)),
    },
    {
      name: "async-mutex Semaphore(1)",
      run: takeTurns(waiters, () => {
        const semaphore = new AsyncMutexSemaphore(1);
        return async (times) => {
          for (let i = 0; i < times; i++) {
            const [, release] = await semaphore.acquire();
            release();
          }
        };
      }),
    },
    {
      name: "async-sema",
      run: takeTurns(waiters, () => {
        const sema = new Sema(1);
        return async (times) => {
          for (let i = 0; i < times; i++) {
            await sema.acquire();
            sema.release();
          }
        };
      }),
    },
  ];
}

type Turns = () => (times: number) => Promise<void>;

function holdupTurns(): (times: number) => Promise<void> {
  const lock = new Lock("bench");
  return async (times) => {
    for (let i = 0; i < times; i++) {
      const hold = await lock.acquire();
      hold.release();
    }
  };
}

function takeTurns(
  waiters: number,
  turns: Turns,
  start: (fn: () => Promise<void>) => PromiseLike<void> = (fn) => fn(),
): Case["run"] {
  return async (times) => {
    const take = turns();
    const each = Math.ceil(times / waiters);
    await Promise.all(Array.from({ length: waiters }, () => start(() => take(each))));
    return each * waiters;
  };
}

/** One item put and taken. */
export const queues: Case[] = [
  { name: "holdup", run: pass },
  { name: "holdup observed", setUp: observed, run: pass },
  {
    name: "async-channel",
    async run(times) {
      const channel = new Channel<number>(1);
      for (let i = 0; i < times; i++) {
        void channel.push(i);
        await channel.get();
      }
    },
  },
];

async function pass(times: number): Promise<void> {
  const queue = new Queue<number>("bench");
  for (let i = 0; i < times; i++) {
    queue.putNowait(i);
    await queue.get();
  }
}
