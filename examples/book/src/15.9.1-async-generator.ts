/** 15.9.1 An async generator: numbers that come one by one, when asked for. */
import { run, sleep } from "@holdup/primitives";

async function* numbers(count: number) {
  for (let i = 0; i < count; i++) {
    await sleep(100);
    yield i;
  }
}

async function main() {
  for await (const number of numbers(10)) console.log(`Number received: ${number}`);
}

await run(main);
