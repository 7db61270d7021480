/**
 * 11.4.1 One producer, two consumers, ended by a sentinel for each consumer.
 *
 * The book puts one sentinel for two consumers: B waits in get() for ever, join() is never reached. Nor
 * does an item follow its put at once, as printed there: work takes twice as long as the next item.
 */
import { gather, Queue, run, sleep } from "@holdup/primitives";

type Numbers = Queue<number | null>;

async function producer(queue: Numbers, count: number, consumers: number) {
  for (let i = 0; i < count; i++) {
    await sleep(100); // making the data
    await queue.put(i);
    console.log(`Producer added: ${i}`);
  }
  for (let i = 0; i < consumers; i++) await queue.put(null);
}

async function consumer(queue: Numbers, name: string) {
  for (;;) {
    const item = await queue.get();
    if (item === null) break;
    await sleep(200); // processing it
    console.log(`Consumer ${name} processed: ${item}`);
    queue.taskDone();
  }
  queue.taskDone(); // the sentinel
  console.log(`Consumer ${name} finished`);
}

async function main() {
  const queue: Numbers = new Queue("numbers");
  await gather([() => producer(queue, 10, 2), () => consumer(queue, "A"), () => consumer(queue, "B")]);
  await queue.join();
  console.log("All work is done");
}

await run(main);
