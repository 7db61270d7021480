/**
 * What a line costs whose waiters come back: each parks again after its turn. In a long one their promises
 * outlive the young generation, so it is the garbage collector's time that grows, in any lock.
 */
import { PerformanceObserver } from "node:perf_hooks";
import { Lock } from "@holdup/primitives";
import { Floor } from "./floor.ts";
import { heapUsed } from "./heap.ts";
import { cpuNs, median } from "./measure.ts";

/** What one hand-over costs this thread, and how long the garbage collector works for it, in any thread. */
export interface ReturningCost {
  readonly ns: number;
  readonly gcNs: number;
}

export type ReturningCosts = Record<"sixteen" | "many" | "floorSixteen" | "floorMany", ReturningCost>;

const many = 100_000;
const handOvers = 400_000;
const newLock = () => new Lock("bench");
const newFloor = () => new Floor();

/** A lock and the least that can be, a linked list of promises, with 16 and with 100,000 in the line. */
export async function returningCosts(rounds: number): Promise<ReturningCosts> {
  const runs: ReturningCosts[] = [];
  for (let round = 0; round < rounds; round++) {
    runs.push({
      sixteen: await returningCost(newLock(), 16),
      many: await returningCost(newLock(), many),
      floorSixteen: await returningCost(newFloor(), 16),
      floorMany: await returningCost(newFloor(), many),
    });
  }
  const middle = (name: keyof ReturningCosts): ReturningCost => ({
    ns: median(runs.map((run) => run[name].ns)),
    gcNs: median(runs.map((run) => run[name].gcNs)),
  });
  return {
    sixteen: middle("sixteen"),
    many: middle("many"),
    floorSixteen: middle("floorSixteen"),
    floorMany: middle("floorMany"),
  };
}

async function returningCost(lock: Lock | Floor, waiters: number): Promise<ReturningCost> {
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
