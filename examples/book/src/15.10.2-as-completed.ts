/**
 * 15.10.2 asCompleted: results in the order in which they are ready.
 *
 * The book has this under lazy evaluation. Nothing about it is lazy: all start at once. See -lazy.
 */
import { asCompleted, run, sleep } from "@holdup/primitives";

async function fetchData(id: number, seconds: number) {
  await sleep(seconds * 1_000);
  console.log(`Data ${id} fetched after ${seconds} seconds.`);
  return `Data ${id}`;
}

async function main() {
  const work = [() => fetchData(1, 3), () => fetchData(2, 1), () => fetchData(3, 2)];
  for await (const settled of asCompleted(work)) {
    if (settled.status === "rejected") throw settled.reason;
    console.log(`Processed: ${settled.value}`);
  }
}

await run(main);
