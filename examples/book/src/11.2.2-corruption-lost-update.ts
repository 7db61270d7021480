/**
 * 11.2.2 How the 2 that the book prints comes about: read, wait, write back. Both tasks read 0, both
 * write 2, and the second write covers the first.
 */
import { gather, run, Shared, sleep } from "@holdup/primitives";

const state = new Shared(0, "state");

async function modify(name: string) {
  const read = state.get();
  console.log(`${name} reads ${read}`);
  await sleep(100);
  state.set((read + 1) * 2);
  console.log(`${name} writes ${state.get()}`);
}

async function main() {
  await gather([() => modify("A"), () => modify("B")]);
  console.log(`Final state: ${state.get()}`);
}

await run(main);
