/**
 * 15.10.2 What is lazy and what is not: after one result, asCompleted has started all eight fetches (in
 * the order of the arguments; CPython in that of a set, which is random), a generator one.
 */
import { asCompleted, run, sleep } from "@holdup/primitives";

let started: number[] = [];

async function fetchData(id: number) {
  started.push(id);
  await sleep(50);
  return `Data ${id}`;
}

const ids = [1, 2, 3, 4, 5, 6, 7, 8];

async function* lazily() {
  for (const id of ids) yield await fetchData(id);
}

async function consumeOne(source: AsyncIterable<unknown>) {
  started = [];
  for await (const _one of source) break;
  return `consumed 1, started ${started.join(", ")}`;
}

async function main() {
  console.log(`asCompleted: ${await consumeOne(asCompleted(ids.map((id) => () => fetchData(id))))}`);
  console.log(`Generator: ${await consumeOne(lazily())}`);
}

await run(main);
