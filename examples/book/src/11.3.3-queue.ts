/**
 * 11.3.3 A queue between two tasks, and a sentinel to end.
 *
 * A put that does not wait returns before the consumer wakes: each "added" precedes its "processed".
 */
import { gather, Queue, run, sleep } from "@holdup/primitives";

type Numbers = Queue<number | null>;

async function producer(queue: Numbers) {
  for (let i = 0; i < 5; i++) {
    await sleep(100);
    await queue.put(i);
    console.log(`Producer added: ${i}`);
  }
  await queue.put(null); // the sentinel
}

async function consumer(queue: Numbers) {
  for (;;) {
    const item = await queue.get();
    if (item === null) break;
    console.log(`Consumer processed: ${item}`);
  }
  console.log("Consumer has finished");
}

async function main() {
  const queue: Numbers = new Queue("numbers");
  await gather([() => producer(queue), () => consumer(queue)]);
}

await run(main);
