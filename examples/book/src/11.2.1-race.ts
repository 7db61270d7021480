/**
 * 11.2.1 A race condition: three tasks read, wait, and write back what they read. Two updates are lost.
 *
 * A `Shared` is a plain value to the program; to Holdup's observer it names both tasks of a lost update.
 */
import { gather, run, Shared, sleep } from "@holdup/primitives";

const counter = new Shared(0, "counter");

async function increment() {
  const read = counter.get();
  await sleep(100);
  counter.set(read + 1);
}

async function main() {
  await gather([increment, increment, increment]);
  console.log(`Final value of the counter: ${counter.get()}`);
}

await run(main);
