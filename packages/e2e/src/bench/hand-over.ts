/** Waiters that take turns; one time is one hand-over. */
import { Lock, spawn } from "@holdup/primitives";
import AsyncLock from "async-lock";
import { Semaphore as AsyncMutexSemaphore } from "async-mutex";
import { Sema } from "async-sema";
import { Effect, Semaphore as EffectSemaphore } from "effect";
import pLimit from "p-limit";
import { observed, type Case } from "./measure.ts";
import { repeat } from "./uncontended.ts";

/** The cases with so many waiters. */
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
    { name: "async-mutex Semaphore(1)", run: takeTurns(waiters, asyncMutexTurns) },
    { name: "async-sema", run: takeTurns(waiters, asyncSemaTurns) },
    { name: "async-lock", run: takeTurns(waiters, asyncLockTurns) },
    { name: "p-limit", run: takeTurns(waiters, pLimitTurns) },
    { name: "effect Semaphore(1), in fibers", run: (times) => effectTurns(waiters, times) },
  ];
}

/** Makes what is taken in turns; what it returns takes it so many times. */
type Turns = () => (times: number) => Promise<void>;

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

const holdupTurns: Turns = () => {
  const lock = new Lock("bench");
  return async (times) => {
    for (let i = 0; i < times; i++) {
      const hold = await lock.acquire();
      hold.release();
    }
  };
};

const asyncMutexTurns: Turns = () => {
  const semaphore = new AsyncMutexSemaphore(1);
  return async (times) => {
    for (let i = 0; i < times; i++) {
      const [, release] = await semaphore.acquire();
      release();
    }
  };
};

const asyncSemaTurns: Turns = () => {
  const sema = new Sema(1);
  return async (times) => {
    for (let i = 0; i < times; i++) {
      await sema.acquire();
      sema.release();
    }
  };
};

const asyncLockTurns: Turns = () => {
  const lock = new AsyncLock({ maxPending: Number.POSITIVE_INFINITY });
  return async (times) => {
    for (let i = 0; i < times; i++) await lock.acquire("key", nothing);
  };
};

const pLimitTurns: Turns = () => {
  const limit = pLimit(1);
  return async (times) => {
    for (let i = 0; i < times; i++) await limit(nothing);
  };
};

async function effectTurns(waiters: number, times: number): Promise<number> {
  const guarded = EffectSemaphore.makeUnsafe(1).withPermits(1)(Effect.void);
  const each = Math.ceil(times / waiters);
  const fibers = Array.from({ length: waiters }, () => repeat(guarded, each));
  await Effect.runPromise(Effect.all(fibers, { concurrency: "unbounded", discard: true }));
  return each * waiters;
}

const nothing = () => undefined;
