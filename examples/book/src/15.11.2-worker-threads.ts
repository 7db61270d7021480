/**
 * 15.11.2 Blocking work beside the loop: four sums here, then four in worker threads, and how long the
 * loop stood still.
 *
 * asyncio.run_in_executor, as the book has it, does not exist (it is the loop's), and its threads do not
 * free the loop: CPython's sum holds the GIL. Node's threads do run beside it; they end in any order.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { gather, run, sleep } from "@holdup/primitives";
import { inWorker } from "./in-worker.ts";
import { sumBelow } from "./sum-worker.ts";

const limits = [40_000_000, 60_000_000, 80_000_000, 100_000_000];

async function sumInWorker(limit: number) {
  console.log(`Starting the sum below ${limit}`);
  const sum = await inWorker<number>("sum-worker", limit);
  console.log(`Sum below ${limit} completed`);
  return sum;
}

/** Prints the results, whether the loop turned meanwhile, and for how long at most it did not. */
async function measured(where: string, work: () => number[] | Promise<number[]>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await sleep(20); // its first turn
  let turns = 0;
  const heartbeat = setInterval(() => (turns += 1), 1);
  const sums = await work();
  clearInterval(heartbeat);
  const turned = turns > 0 ? "turned" : "did not turn";
  await sleep(20); // the turn that was late
  delay.disable();
  console.log(`Results ${where}: ${sums.join(", ")}`);
  console.log(`The loop ${turned} meanwhile; it stood still for ${(delay.max / 1e6).toFixed(1)} ms at most`);
}

async function main() {
  await measured("here", () => limits.map(sumBelow));
  await measured("in threads", () => gather(limits.map((limit) => () => sumInWorker(limit))));
}

await run(main);
