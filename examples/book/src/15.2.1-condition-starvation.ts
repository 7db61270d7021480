/**
 * 15.2.1 A condition knows no fairness among thresholds: where a consumer of 2 comes again and again, the
 * consumer of 5 that came first never sees 5 items.
 */
import { Condition, run, sleep, spawn } from "@holdup/primitives";

const items: number[] = [];
const changed = new Condition(undefined, "items");

async function consume(threshold: number) {
  using _hold = await changed.acquire();
  await changed.waitFor(() => items.length >= threshold);
  items.splice(0, threshold);
}

let rounds = 0;

async function consumeTwosForEver() {
  for (;;) {
    await consume(2);
    rounds += 1;
  }
}

async function main() {
  const big = spawn(() => consume(5), { name: "big" });
  spawn(consumeTwosForEver, { name: "small" });
  for (let i = 0; i < 20; i++) {
    await sleep(5);
    using _hold = await changed.acquire();
    items.push(i);
    changed.notifyAll();
  }
  await sleep(10);
  console.log(`After 20 items the consumer of 2 was served ${rounds} times`);
  console.log(`The consumer of 5 was ${big.done ? "" : "not "}served`);
}

await run(main);
