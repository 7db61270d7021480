/**
 * 11.4.1 One producer, two consumers that never end by themselves: wait until all is processed, then
 * cancel them. (As the book has it, with one sentinel for both, the program never ends.)
 */
import { gather, isCancelled, Queue, run, sleep, spawn } from "@holdup/primitives";

async function producer(queue: Queue<number>, count: number) {
  for (let i = 0; i < count; i++) {
    await sleep(100);
    await queue.put(i);
    console.log(`Producer added: ${i}`);
  }
}

async function consumer(queue: Queue<number>, name: string) {
  try {
    for (;;) await processNext(queue, name);
  } catch (error) {
    if (isCancelled(error)) console.log(`Consumer ${name} cancelled`);
    throw error;
  }
}

async function processNext(queue: Queue<number>, name: string) {
  const item = await queue.get();
  try {
    await sleep(200);
    console.log(`Consumer ${name} processed: ${item}`);
  } finally {
    queue.taskDone();
  }
}

async function main() {
  const queue = new Queue<number>("numbers");
  const consumers = ["A", "B"].map((name) => spawn(() => consumer(queue, name)));
  await producer(queue, 10);
  await queue.join();
  for (const task of consumers) task.cancel();
  const ends: unknown[] = await gather(consumers, { returnExceptions: true });
  console.log(`The consumers ended with: ${ends.map((end) => (end as Error).name).join(", ")}`);
  console.log("All work is done");
}

await run(main);
