/**
 * 11.3.2 The same with unequal sleeps: A and B do not end together, and the book's order is everybody's,
 * Node's and CPython's.
 */
import { gather, run, Semaphore, sleep } from "@holdup/primitives";

const semaphore = new Semaphore(2, "two at a time");

async function limitedTask(name: string, ms: number) {
  using _permit = await semaphore.acquire();
  console.log(`Task ${name} started`);
  await sleep(ms);
  console.log(`Task ${name} completed`);
}

async function main() {
  await gather([
    () => limitedTask("A", 200),
    () => limitedTask("B", 300),
    () => limitedTask("C", 200),
    () => limitedTask("D", 300),
  ]);
}

await run(main);
