import { expect, test } from "vitest";
import { asCompleted } from "./as-completed.ts";
import { Barrier } from "./barrier.ts";
import { batch } from "./batch.ts";
import { Condition } from "./condition.ts";
import { Event } from "./event.ts";
import { gather } from "./gather.ts";
import { Lock } from "./lock.ts";
import { observed } from "./observed.ts";
import { LifoQueue, Queue } from "./queue.ts";
import { ReadWriteLock } from "./read-write-lock.ts";
import { resource } from "./resource.ts";
import { Semaphore } from "./semaphore.ts";
import { Shared } from "./shared.ts";
import { sleep } from "./sleep.ts";
import { spawn } from "./task.ts";
import { taskGroup } from "./task-group.ts";
import { wait } from "./wait.ts";

const work = () => 1;
const open = async () => 1;

async function* stream(): AsyncGenerator<number, void> {
  yield 1;
}

/** All that takes options, each in a state in which nothing would have to wait. */
const takers: Record<string, (options: never) => unknown> = {
  Lock: (options) => new Lock(options),
  "lock.acquire": (options) => new Lock("a").acquire(options),
  "lock.run": (options) => new Lock("a").run(work, options),
  Semaphore: (options) => new Semaphore(1, options),
  "semaphore.acquire": (options) => new Semaphore(1, "a").acquire(options),
  "semaphore.tryAcquire": (options) => new Semaphore(1, "a").tryAcquire(options),
  "semaphore.run": (options) => new Semaphore(1, "a").run(work, options),
  ReadWriteLock: (options) => new ReadWriteLock(options),
  "readWriteLock.read": (options) => new ReadWriteLock("a").read(options),
  "readWriteLock.write": (options) => new ReadWriteLock("a").write(options),
  Event: (options) => new Event(options),
  "event.wait": (options) => new Event("a").wait(options),
  Condition: (options) => new Condition(undefined, options),
  "condition.acquire": (options) => new Condition().acquire(options),
  "condition.run": (options) => new Condition().run(work, options),
  "condition.waitFor": (options) => new Condition().waitFor(work, options),
  Barrier: (options) => new Barrier(1, options),
  "barrier.wait": (options) => new Barrier(1).wait(options),
  Queue: (options) => new Queue(options),
  "queue.put": (options) => new Queue().put(1, options),
  "queue.get": (options) => new Queue().get(options),
  "queue.join": (options) => new Queue().join(options),
  "queue.shutdown": (options) => new Queue().shutdown(options),
  LifoQueue: (options) => new LifoQueue(options),
  resource: (options) => resource(open, work as never, options),
  sleep: (options) => sleep(0, options),
  spawn: (options) => spawn(work, options),
  gather: (options) => gather([work], options),
  wait: (options) => wait([spawn(work)], options),
  asCompleted: (options) => asCompleted([work], options),
  taskGroup: (options) => taskGroup(work, options),
  batch: (options) => batch(stream(), options),
  observed: (options) => observed(stream(), options),
  Shared: (options) => new Shared(1, options),
};

test.each(Object.keys(takers))(
  "a number or null in place of the options of %s is a TypeError",
  async (name) => {
    for (const options of [500, null]) {
      const taken = async () => await takers[name]?.(options as never);
      await expect(taken()).rejects.toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG" });
    }
  },
);

test("nothing is started when the options are wrong", async () => {
  const started: string[] = [];
  const starting = (name: string) => () => void started.push(name);

  await expect(gather([starting("gather")], 5 as never)).rejects.toThrow(TypeError);
  await expect(taskGroup(starting("taskGroup"), 5 as never)).rejects.toThrow(TypeError);
  expect(() => asCompleted([starting("asCompleted")], 5 as never)).toThrow(TypeError);
  expect(() => spawn(starting("spawn"), 5 as never)).toThrow(TypeError);
  await sleep(0);

  expect(started).toEqual([]);
});
