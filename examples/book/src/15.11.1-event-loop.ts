/**
 * 15.11.1 The book puts uvloop under asyncio, for libuv's speed. Node runs on libuv from the start; what
 * is left to do is to look at the loop: how busy it is, and how late it is.
 */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import process from "node:process";
import { run, sleep } from "@holdup/primitives";
import { sumBelow } from "./sum-worker.ts";

async function utilisation<T>(work: () => T | PromiseLike<T>): Promise<[T, string]> {
  const before = performance.eventLoopUtilization();
  const result = await work();
  const { utilization } = performance.eventLoopUtilization(before);
  return [result, `${Math.round(utilization * 100)} %`];
}

async function main() {
  console.log(`This loop is libuv ${process.versions["uv"]}`);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();

  const [, asleep] = await utilisation(() => sleep(1_000));
  const [sum, summing] = await utilisation(() => sumBelow(1_000_000));
  await sleep(10); // the delay is seen by the loop's next turn
  delay.disable();

  console.log(`Result of the computation: ${sum}`);
  console.log(`The loop was busy ${asleep} of the sleep, ${summing} of the sum`);
  console.log(`It was late by ${(delay.max / 1e6).toFixed(1)} ms at most`);
}

await run(main);
