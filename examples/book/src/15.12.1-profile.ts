/**
 * 15.12.1: a profile of a program that waits a second and computes for a moment.
 *
 *     npx holdup record --flamegraph -- node 15.12.1-profile.js
 *
 * `holdup-recording/flamegraph.html` shows `compute`, which the processor was busy with; the second that nobody computed in is not
 * there, as it is not in the book's, where it counts to the loop's poll. See 15.12.1-profile-waiting for what is waited for.
 */
import { run, sleep } from "@holdup/primitives";

async function compute(): Promise<number> {
  await sleep(1000);
  return sumOfRange(1_000_000);
}

function sumOfRange(end: number): number {
  let sum = 0;
  for (let i = 0; i < end; i++) sum += i;
  return sum;
}

console.log(await run(compute));
