/**
 * 15.10.1 What is left at the end comes as a smaller buffer. The book's program has the branch and never
 * takes it: 20 items are 4 full buffers. With `every`, a buffer does not wait for ever for its fifth item.
 */
import { batch, gather, Queue, run, sleep } from "@holdup/primitives";

async function producer(queue: Queue<number>) {
  for (let i = 0; i < 8; i++) await queue.put(i);
  await sleep(300);
  for (let i = 8; i < 10; i++) await queue.put(i);
  queue.shutdown();
}

async function consumer(queue: Queue<number>) {
  for await (const buffer of batch(queue, { size: 5, every: 100 })) {
    console.log(`Processing buffer: ${buffer.join(", ")}`);
  }
}

async function main() {
  const queue = new Queue<number>("numbers");
  await gather([() => producer(queue), () => consumer(queue)]);
}

await run(main);
