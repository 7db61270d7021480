/** Runs all benchmarks on this Node and prints the results as JSON. Started by `bench.ts`, with `--expose-gc`. */
import { drainCosts, type DrainCosts } from "./drain.ts";
import { handOver } from "./hand-over.ts";
import { cancelHalf, heapCosts, type Cancelled, type HeapCosts } from "./heap.ts";
import { compare, warmUp, type Case, type Cost } from "./measure.ts";
import { queues } from "./queues.ts";
import { returningCosts, type ReturningCosts } from "./returning.ts";
import { uncontended } from "./uncontended.ts";

/** What one Node measured. */
export interface Results {
  readonly node: string;
  readonly nowNs: number;
  readonly tables: Record<string, Record<string, Cost>>;
  readonly heap: HeapCosts;
  readonly drain: DrainCosts;
  readonly returning: ReturningCosts;
  readonly cancelled: Cancelled;
}

const rounds = Number(process.argv[2] ?? 9);
// Long enough that the second's worth of call sites that an observer may look up at once is a small part.
const roundMs = 200;
// Of what is measured once a round and depends on when garbage is collected.
const fewest = 5;

// With one wait queue shared by all, what is measured alone flatters itself: use everything first.
for (const one of [...uncontended, ...handOver(2), ...queues]) await warmUp(one);

const results: Results = {
  node: process.version,
  nowNs: await clockCost(),
  tables: {
    uncontended: await compare(uncontended, rounds, roundMs),
    "hand-off among 2": await compare(handOver(2), rounds, roundMs),
    "hand-off among 16": await compare(handOver(16), rounds, roundMs),
    "hand-off among 1000": await compare(handOver(1000), rounds, roundMs),
    queue: await compare(queues, rounds, roundMs),
  },
  heap: await heapCosts(),
  drain: await drainCosts(Math.max(rounds, fewest)),
  returning: await returningCosts(Math.max(rounds, fewest)),
  cancelled: await cancelHalf(),
};
process.stdout.write(`${JSON.stringify(results)}\n`);

async function clockCost(): Promise<number> {
  const clock: Case = {
    name: "now",
    run(times) {
      for (let i = 0; i < times; i++) performance.now();
    },
  };
  return (await compare([clock], rounds, roundMs))["now"]?.best ?? Number.NaN;
}
