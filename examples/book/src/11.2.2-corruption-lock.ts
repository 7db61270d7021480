/**
 * 11.2.2 With a lock, one task goes after the other: (0 + 1) * 2 = 2, (2 + 1) * 2 = 6. Then all six
 * interleavings of the book's four steps: they give 6 or 8, never the book's 2 or 4.
 */
import { gather, Lock, run, sleep } from "@holdup/primitives";

const state = { value: 0 };
const lock = new Lock("state");

async function modify() {
  using _hold = await lock.acquire();
  state.value += 1;
  await sleep(100);
  state.value *= 2;
}

/** All ways to merge two sequences, each kept in its own order. */
function interleavings(one: string, other: string): string[] {
  if (one === "" || other === "") return [one + other];
  return [
    ...interleavings(one.slice(1), other).map((rest) => one.charAt(0) + rest),
    ...interleavings(one, other.slice(1)).map((rest) => other.charAt(0) + rest),
  ];
}

async function main() {
  await gather([modify, modify]);
  console.log(`With a lock: ${state.value}`);
  for (const steps of interleavings("aA", "bB")) {
    const result = Array.from(steps).reduce(
      (value, step) => ("ab".includes(step) ? value + 1 : value * 2),
      0,
    );
    console.log(`${steps} (a, b add one; A, B double): ${result}`);
  }
}

await run(main);
