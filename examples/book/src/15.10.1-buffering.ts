/**
 * 15.10.1 Buffering: items are processed by fives. `batch` does what the book's consumer does by hand;
 * the queue is shut down instead of ended by a sentinel.
 */
import { batch, gather, Queue, run, sleep } from "@holdup/primitives";

async function producer(queue: Queue<number>) {
  for (let i = 0; i < 20; i++) {
    await sleep(50);
    await queue.put(i);
    console.log(`Produced: ${i}`);
  }
  queue.shutdown();
}

async function consumer(queue: Queue<number>) {
  for await (const buffer of batch(queue, { size: 5 })) {
    console.log(`Processing buffer: ${buffer.join(", ")}`);
  }
}

async function main() {
  const queue = new Queue<number>("numbers");
  await gather([() => producer(queue), () => consumer(queue)]);
}

await run(main);
