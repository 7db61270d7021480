/** 11.6.1 A critical section: who comes first goes first, and nobody else is inside. */
import { gather, Lock, run, Shared, sleep } from "@holdup/primitives";

const sharedResource = new Shared(0, "shared resource");
const lock = new Lock("shared resource");

async function safeModify(name: string) {
  using _hold = await lock.acquire();
  console.log(`${name} acquired the lock.`);
  const read = sharedResource.get();
  await sleep(100);
  sharedResource.set(read + 1);
  console.log(`${name} updated the resource to ${sharedResource.get()}`);
}

async function main() {
  await gather([() => safeModify("Task A"), () => safeModify("Task B"), () => safeModify("Task C")]);
  console.log(`Final value of the resource: ${sharedResource.get()}`);
}

await run(main);
