/**
 * 11.2.2 State that depends on the order of the steps: each task adds one, waits, and doubles.
 *
 * The book prints 2 and expects 4. Neither can be: no step loses another's, so the interleaving decides
 * between 8 (both add, then both double) and 6 (one after the other; see the -lock variant).
 */
import { gather, run, sleep } from "@holdup/primitives";

const state = { value: 0 };

async function modify(name: string) {
  state.value += 1;
  console.log(`${name} adds one: ${state.value}`);
  await sleep(100);
  state.value *= 2;
  console.log(`${name} doubles: ${state.value}`);
}

async function main() {
  await gather([() => modify("A"), () => modify("B")]);
  console.log(`Final state: ${state.value}`);
}

await run(main);
