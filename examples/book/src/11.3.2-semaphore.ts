/**
 * 11.3.2 A semaphore: two of four tasks at a time.
 *
 * The order at the change is Node's, and the book's: A ends, C starts, B ends, D starts. CPython, whatever
 * the book says, wakes A and B in one pass of its loop: A ends, B ends, C starts, D starts.
 */
import { gather, run, Semaphore, sleep } from "@holdup/primitives";

const semaphore = new Semaphore(2, "two at a time");

async function limitedTask(name: string) {
  using _permit = await semaphore.acquire();
  console.log(`Task ${name} started`);
  await sleep(1_000);
  console.log(`Task ${name} completed`);
}

async function main() {
  await gather(["A", "B", "C", "D"].map((name) => () => limitedTask(name)));
}

await run(main);
