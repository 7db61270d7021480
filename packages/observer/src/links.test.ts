import type { AsyncLocalStorage } from "node:async_hooks";
import { ROOT_CONTEXT, trace, type Context } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { callSite, Condition, Event, Lock, observe, Queue, spawn, taskGroup } from "@holdup/primitives";
import { attribute } from "@holdup/protocol";
import { createObserver } from "./observer.ts";
import type { SpanRecord } from "./span-record.ts";
import { startContexts } from "./testing/contexts.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Runs `fn` as if a span with this id were active. */
function inSpan<T>(store: AsyncLocalStorage<Context>, spanId: string, fn: () => T): T {
  const spanContext = { traceId: "1".repeat(32), spanId, traceFlags: 1 };
  return store.run(trace.setSpanContext(ROOT_CONTEXT, spanContext), fn);
}

function links(spans: readonly SpanRecord[], name: string): unknown[] {
  return spans.filter((span) => span.name === name).map((span) => span.links);
}

const putter = "a".repeat(16);

test("O6 a get links to the span that put the item, waits for events and conditions to the one that set or notified", async () => {
  using world = startContexts();
  const observer = createObserver();
  using _observing = observe(observer);
  const queue = new Queue<number>("jobs");
  const event = new Event("ready");
  const condition = new Condition(new Lock("guard"), "changed");

  const waits = [queue.get(), event.wait(), condition.run(() => condition.wait())];
  await turn();
  inSpan(world.store, putter, () => {
    queue.putNowait(1);
    event.set();
  });
  await inSpan(world.store, putter, () => condition.run(() => condition.notify()));
  await Promise.all(waits);

  const spans = observer.takeSpans();
  const link = { traceId: "1".repeat(32), spanId: putter };
  expect(links(spans, "wait jobs")).toEqual([[{ ...link, type: "producer" }]]);
  expect(links(spans, "wait ready")).toEqual([[{ ...link, type: "notifier" }]]);
  expect(links(spans, "wait changed")).toEqual([[{ ...link, type: "notifier" }]]);
});

test("the end of a task group's tasks is a wait of its own, charged to nobody", async () => {
  const observer = createObserver();
  using _observing = observe(observer);
  const event = new Event("go");
  await spawn(() =>
    taskGroup(
      (group) => {
        group.spawn(() => event.wait());
        setImmediate(() => event.set());
      },
      { name: "fan-out" },
    ),
  );

  const group = observer.snapshot().primitives.find(({ type }) => type === "task_group");
  expect(group).toMatchObject({ name: "fan-out", operations: 1, contended: 1, waiters: [] });
  expect(group?.blockedMs).toBeGreaterThan(0);
  expect(group?.unattributedMs).toBe(group?.blockedMs);
  expect(observer.collect().find(({ name }) => name === "fan-out")?.operations).toMatchObject([
    { operation: "join", outcome: "granted" },
  ]);
});

test("an operation that names its site counts to it, however few are looked up", async () => {
  const observer = createObserver({ sitesPerSecond: 0 });
  using _observing = observe(observer);
  const lock = new Lock("hot");
  const here = (function loop() {
    return callSite();
  })();
  for (let i = 0; i < 1000; i++) (await lock.acquire({ site: here })).release();

  const [hot] = observer.snapshot().primitives;
  expect(hot?.byHolder.map(({ site, holds }) => [site?.functionName, holds])).toContainEqual(["loop", 1000]);
});

test("with all spans a hold that was waited for has its own, linked to its wait, though nobody waits behind it", async () => {
  const observer = createObserver({ spans: "all" });
  using _observing = observe(observer);
  const lock = new Lock("till");

  const first = await lock.acquire();
  const second = lock.acquire();
  first.release();
  (await second).release();

  const spans = observer.takeSpans();
  expect(spans.map(({ name }) => name).toSorted()).toEqual(["hold till", "hold till", "wait till"]);
  const wait = spans.find(({ name }) => name === "wait till");
  expect(links(spans, "hold till").flat()).toEqual([
    { type: "grant", traceId: wait?.traceId, spanId: wait?.spanId },
  ]);
});

test("spans tell objects of one name apart, and count the holders of their own", async () => {
  const observer = createObserver({ spanThresholdMs: 0 });
  using _observing = observe(observer);
  const locks = [new Lock("seat"), new Lock("seat")];

  const holds = await Promise.all(locks.map((lock) => lock.acquire()));
  const waits = locks.map((lock) => lock.acquire());
  for (const hold of holds) hold.release();
  for (const wait of waits) (await wait).release();

  const told = observer.takeSpans().filter(({ name }) => name === "wait seat");
  expect(told.map(({ attributes }) => attributes[attribute.holderCount])).toEqual([1, 1]);
  expect(new Set(told.map(({ attributes }) => attributes[attribute.primitiveInstanceId])).size).toBe(2);
});

test("whoever waits for a group's tasks stands first in no line", async () => {
  const observer = createObserver({ spanThresholdMs: 0 });
  using _observing = observe(observer);
  await taskGroup(async (group) => void group.spawn(turn), { name: "parts" });

  const wait = observer.takeSpans().find(({ name }) => name === "wait parts");
  expect(wait?.attributes).toMatchObject({
    [attribute.queuePosition]: 0,
    [attribute.queueLength]: 1,
  });
});
