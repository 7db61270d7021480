/**
 * 15.12.1: what no profile of the processor shows. Three computations share one model; two of them wait for it.
 *
 *     npx holdup record -- node 15.12.1-profile-waiting.js
 *
 * `holdup-recording/report.html` shows that they waited for the lock `model`, and that `compute` held it meanwhile.
 */
import { gather, Lock, run, sleep } from "@holdup/primitives";

const model = new Lock("model");

async function compute(): Promise<number> {
  using _hold = await model.acquire();
  await sleep(100);
  return sumOfRange(1_000_000);
}

function sumOfRange(end: number): number {
  let sum = 0;
  for (let i = 0; i < end; i++) sum += i;
  return sum;
}

const started = performance.now();
const sums = await run(() => gather([compute, compute, compute]));
console.log(sums);
console.log(performance.now() - started >= 300 ? "one after the other" : "all at once");
