import { AsyncLocalStorage } from "node:async_hooks";
import { context, ROOT_CONTEXT, trace, type Context } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { callSite, Condition, Event, Lock, observe, Queue, spawn, taskGroup } from "@holdup/primitives";
import { createObserver } from "./observer.ts";
import type { SpanRecord } from "./span-record.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Runs `fn` as if a span with this id were active. */
function inSpan<T>(store: AsyncLocalStorage<Context>, spanId: string, fn: () => T): T {
  const spanContext = { traceId: "1".repeat(32), spanId, traceFlags: 1 };
  return store.run(trace.setSpanContext(ROOT_CONTEXT, spanContext), fn);
}

/** A context manager on a store, until disposed. */
function contexts(): { store: AsyncLocalStorage<Context> } & Disposable {
  const store = new AsyncLocalStorage<Context>();
  context.setGlobalContextManager({
    active: () => store.getStore() ?? ROOT_CONTEXT,
    with: (active, fn, self, ...args) => store.run(active, () => fn.call(self as never, ...args)),
    bind: (_active, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  return { store, [Symbol.dispose]: () => context.disable() };
}

function links(spans: readonly SpanRecord[], name: string): unknown[] {
  return spans.filter((span) => span.name === name).map((span) => span.links);
}

const putter = "a".repeat(16);

test("O6 a get links to the span that put the item, waits for events and conditions to the one that set or notified", async () => {
  using world = contexts();
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
