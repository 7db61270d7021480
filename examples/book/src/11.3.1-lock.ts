/** 11.3.1 A lock round read, wait and write: three increments make 3. */
import { gather, Lock, run, Shared, sleep } from "@holdup/primitives";

const counter = new Shared(0, "counter");
const lock = new Lock("counter");

async function safeIncrement() {
  using _hold = await lock.acquire();
  const read = counter.get();
  await sleep(100);
  counter.set(read + 1);
}

async function main() {
  await gather([safeIncrement, safeIncrement, safeIncrement]);
  console.log(`Final value of the counter: ${counter.get()}`);
}

await run(main);
