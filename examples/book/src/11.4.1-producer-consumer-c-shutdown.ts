/**
 * 11.4.1 One producer, two consumers, ended by shutting the queue down: `for await` takes what is left
 * and ends. No sentinel to count wrongly, as the book does.
 */
import { gather, Queue, run, sleep } from "@holdup/primitives";

async function producer(queue: Queue<number>, count: number) {
  for (let i = 0; i < count; i++) {
    await sleep(100);
    await queue.put(i);
    console.log(`Producer added: ${i}`);
  }
  queue.shutdown();
}

async function consumer(queue: Queue<number>, name: string) {
  for await (const item of queue) {
    await sleep(200);
    console.log(`Consumer ${name} processed: ${item}`);
    queue.taskDone();
  }
  console.log(`Consumer ${name} saw the shutdown`);
}

async function main() {
  const queue = new Queue<number>("numbers");
  await gather([() => producer(queue, 10), () => consumer(queue, "A"), () => consumer(queue, "B")]);
  await queue.join();
  console.log("All work is done");
}

await run(main);
