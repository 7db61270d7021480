import { parentPort, workerData } from "node:worker_threads";

/** The sum of all whole numbers from 0 on and below `limit`, added one by one. */
export function sumBelow(limit: number): number {
  let sum = 0;
  for (let i = 0; i < limit; i++) sum += i;
  return sum;
}

// In a thread of its own it answers what it was started with; who imports it has no parent to tell.
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port is no window
parentPort?.postMessage(sumBelow(workerData as number));
