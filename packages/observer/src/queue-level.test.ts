import { Lock, observe, Queue } from "@holdup/primitives";
import { expect, test } from "vitest";
import { createObserver, type HoldupObserver } from "./observer.ts";
import { Queues } from "./queue-level.ts";

function levelOf(observer: HoldupObserver, name: string): unknown {
  return observer.collect().find((measurement) => measurement.name === name)?.queue;
}

test("a measurement tells what is in the queues of a name, and how much fits, whoever waits", async () => {
  const observer = createObserver();
  const first = new Queue<number>({ name: "jobs", maxSize: 3 });
  first.putNowait(1);
  using _observing = observe(observer);
  const second = new Queue<number>({ name: "jobs", maxSize: 2 });

  first.putNowait(2);
  second.putNowait(3);
  expect(levelOf(observer, "jobs")).toEqual({ size: 3, capacity: 5 });

  await first.get();
  second.shutdown({ immediate: true });
  expect(levelOf(observer, "jobs")).toEqual({ size: 1, capacity: 5 });
});

test("queues of which one has no bound have no capacity, and what is no queue has no level", async () => {
  const observer = createObserver();
  using _observing = observe(observer);
  const boundless = new Queue<number>("jobs");
  const bounded = new Queue<number>({ name: "jobs", maxSize: 5 });
  for (const queue of [boundless, bounded]) queue.putNowait(1);
  await new Lock("stock").run(() => {});

  expect(levelOf(observer, "jobs")).toEqual({ size: 2, capacity: 0 });
  expect(levelOf(observer, "stock")).toBeUndefined();
});

test("a queue counts once, also for an observer that was taken out and installed again", () => {
  const observer = createObserver();
  const queue = new Queue<number>({ name: "jobs", maxSize: 3 });
  for (const item of [1, 2]) {
    using _observing = observe(observer);
    queue.putNowait(item);
  }

  expect(levelOf(observer, "jobs")).toEqual({ size: 2, capacity: 3 });
});

test("however many queues come and go, those that are there are counted", () => {
  const queues = new Queues();
  const kept = Array.from({ length: 1000 }, () => ({ size: 1, maxSize: 2 }));
  for (const queue of kept) queues.add(queue);

  expect(queues.level).toEqual({ size: 1000, capacity: 2000 });
  expect(kept).toHaveLength(1000);
});
