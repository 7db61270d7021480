/**
 * 11.6.2 Limiting access: two at a time use the resource.
 *
 * Node's order, and the book's: A leaves, C enters, B leaves, D enters. CPython, whatever the book says:
 * A leaves, B leaves, C enters, D enters (as in 11.3.2).
 */
import { gather, run, Semaphore, sleep } from "@holdup/primitives";

const semaphore = new Semaphore(2, "resource");

async function accessResource(name: string) {
  using _permit = await semaphore.acquire();
  console.log(`${name} has entered the resource.`);
  await sleep(1_000);
  console.log(`${name} has left the resource.`);
}

async function main() {
  await gather(["Task A", "Task B", "Task C", "Task D"].map((name) => () => accessResource(name)));
}

await run(main);
