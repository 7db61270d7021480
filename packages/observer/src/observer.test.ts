import { context, ROOT_CONTEXT, trace, type Context } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { Lock, ManualClock, observe, spawn, useClock } from "@holdup/primitives";
import { createObserver } from "./observer.ts";
import { lowCardinality } from "./low-cardinality.ts";
import { startContexts } from "./testing/contexts.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

async function contend(lock: Lock, clock: ManualClock, ms: number): Promise<void> {
  const first = await lock.acquire();
  const second = lock.run(() => {});
  clock.advance(ms);
  first.release();
  await second;
}

const parent = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

function requestWith(traceFlags: number): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags });
}

test("a collection tells what happened since the one before, in seconds", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver();
  using _observing = observe(observer);
  const lock = new Lock("orders");
  await contend(lock, clock, 250);

  const [first] = observer.collect();
  await contend(lock, clock, 500);
  const [second] = observer.collect();
  const [third] = observer.collect();

  const waits = (measured: typeof first) =>
    measured?.operations.flatMap(({ waits: w }) => (w.count > 0 ? [w.sum] : []));
  expect(waits(first)).toEqual([0.25]);
  expect(waits(second)).toEqual([0.5]);
  expect(second?.blame.map(({ seconds }) => seconds)).toEqual([0.5]);
  expect(second?.operations.reduce((sum, { uncontended }) => sum + uncontended, 0)).toBe(1);
  expect(third).toMatchObject({ operations: [], holds: [], blame: [], waiters: 0, holders: 0 });
});

test("a wait's span links to the hold that it waited behind, and the hold it got links back", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver();
  using _observing = observe(observer);
  await contend(new Lock("inventory"), clock, 100);
  using _third = await new Lock("idle").acquire();

  const spans = observer.takeSpans();
  const wait = spans.find(({ name }) => name === "wait inventory");
  const hold = spans.find(({ name }) => name === "hold inventory");
  expect(spans).toHaveLength(2);
  expect(wait).toMatchObject({
    startMs: 0,
    endMs: 100,
    parent: undefined,
    attributes: {
      "holdup.primitive.name": "inventory",
      "holdup.outcome": "granted",
      "holdup.wait.blocked": 0.1,
      "holdup.wait.handoff": 0,
      "code.function.name": "contend",
    },
    links: [{ traceId: hold?.traceId, spanId: hold?.spanId, type: "holder" }],
  });
  expect(observer.takeSpans()).toEqual([]);
});

test("a hold granted to a waiter, and waited for itself, links to that wait", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver();
  using _observing = observe(observer);
  const lock = new Lock("chain");
  const first = await lock.acquire();
  const second = lock.acquire();
  const third = lock.acquire();
  first.release();
  (await second).release();
  (await third).release();

  const spans = observer.takeSpans();
  const wait = spans.find(({ name }) => name === "wait chain");
  const [, hold] = spans.filter(({ name }) => name === "hold chain");
  expect(hold?.links).toEqual([{ traceId: wait?.traceId, spanId: wait?.spanId, type: "grant" }]);
});

test("a long wait is kept for certain, a short one by the chance that its span carries, totals stay exact", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ spansPerSecond: 2, spanThresholdMs: 50 });
  using _observing = observe(observer);
  const lock = new Lock("busy");
  for (let i = 0; i < 40; i++) await contend(lock, clock, 1);
  for (let i = 0; i < 3; i++) await contend(lock, clock, 50);

  const waits = observer.takeSpans().filter(({ name }) => name === "wait busy");
  const chances = waits.map(({ attributes }) => attributes["holdup.sampling.probability"] as number);
  const short = waits.filter(({ startMs, endMs }) => endMs - startMs < 50);
  expect(waits.length - short.length).toBe(3);
  expect(chances.slice(-3)).toEqual([1, 1, 1]);
  expect(short.length).toBeGreaterThanOrEqual(2);
  expect(short.length).toBeLessThan(12);
  expect(chances.some((chance) => chance > 0 && chance < 1)).toBe(short.length > 2);
  expect(observer.losses.spans).toBe(0);
  expect(observer.snapshot().primitives[0]).toMatchObject({ contended: 43, blockedMs: 190 });
});

test("without a rate only long waits are kept", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ spansPerSecond: 0, spanThresholdMs: 50 });
  using _observing = observe(observer);
  const lock = new Lock("busy");
  for (const ms of [1, 49, 50]) await contend(lock, clock, ms);

  expect(observer.takeSpans().map(({ name, endMs, startMs }) => [name, endMs - startMs])).toEqual([
    ["wait busy", 50],
    ["hold busy", 50],
  ]);
});

test("spans beyond the room for them are counted as lost", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ maxSpans: 3 });
  using _observing = observe(observer);
  for (let i = 0; i < 5; i++) await contend(new Lock("busy"), clock, 1);

  expect(observer.takeSpans()).toHaveLength(3);
  expect(observer.losses.spans).toBe(7);
});

test("a wait for whose span there is no room has its holds make none, and there is room again once spans are taken", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ maxSpans: 2, spanThresholdMs: 1 });
  using _observing = observe(observer);
  const lock = new Lock("busy");
  const names = () =>
    observer
      .takeSpans()
      .map(({ name }) => name)
      .toSorted();
  for (let i = 0; i < 100; i++) await contend(lock, clock, 1);

  // The first wait and the hold that it waited behind; of the others' neither a wait nor its hold without it.
  expect(names()).toEqual(["hold busy", "wait busy"]);
  expect(observer.losses.spans).toBe(198);

  await contend(lock, clock, 1);
  expect(names()).toEqual(["hold busy", "wait busy"]);
  expect(observer.losses.spans).toBe(198);
});

test("sites beyond the budget or the limit go to the unknown one, totals stay exact", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  for (const options of [{ sitesPerSecond: 0 }, { maxSites: 0 }]) {
    const observer = createObserver(options);
    using _observing = observe(observer);
    await contend(new Lock("blind"), clock, 10);
    expect(observer.snapshot().primitives[0]).toMatchObject({
      byWaiter: [{ site: null, operations: 2, blockedMs: 10 }],
      byHolder: [{ site: null, holds: 2, blameMs: 10 }],
    });
  }
});

test("one busy primitive does not use up the sites of the others", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: 100 });
  using _observing = observe(observer);
  const busy = new Lock("busy");
  for (let i = 0; i < 1000; i++) busy.tryAcquire()?.release();
  await contend(new Lock("quiet"), clock, 10);

  const quiet = observer.snapshot().primitives.find(({ name }) => name === "quiet");
  expect(quiet).toMatchObject({
    byWaiter: [{ site: { functionName: "contend" } }, { site: { functionName: "contend" }, blockedMs: 10 }],
    byHolder: [{ site: { functionName: "contend" }, blameMs: 10 }, { site: { functionName: "contend" } }],
  });
});

test("primitives beyond the limit are measured together as (other)", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ maxPrimitives: 1 });
  using _observing = observe(observer);
  await contend(new Lock("a"), clock, 1);
  await contend(new Lock("b"), clock, 2);
  await contend(new Lock("c"), clock, 3);

  const names = observer.snapshot().primitives.map(({ name, blockedMs }) => [name, blockedMs]);
  expect(names).toEqual([
    ["a", 1],
    ["(other)", 5],
  ]);
});

test("locks of one name are one primitive, and tasks are named", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver();
  using _observing = observe(observer);
  const task = spawn(
    async () => {
      using _one = await new Lock("cart-1001").acquire();
      using _two = await new Lock("cart-1002").acquire();
      return observer.snapshot();
    },
    { name: "checkout" },
  );

  const { primitives } = await task;
  expect(primitives).toMatchObject([
    { name: "cart-*", holders: [{ task: "checkout" }, { task: "checkout" }] },
  ]);
});

test("an excluded primitive is not measured", async () => {
  const observer = createObserver({ exclude: ["secret", /^internal-/] });
  using _observing = observe(observer);
  for (const name of ["secret", "internal-x", "public"]) await new Lock(name).run(() => {});
  expect(observer.snapshot().primitives.map(({ name }) => name)).toEqual(["public"]);
});

test("a waiting span belongs to the caller's active span, and to none if that is not sampled", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  using _contexts = startContexts();
  const observer = createObserver();
  using _observing = observe(observer);
  const lock = new Lock("in a request");

  for (const traceFlags of [1, 0]) {
    await context.with(requestWith(traceFlags), () => contend(lock, clock, 10));
    await turn();
  }

  const waits = observer.takeSpans().filter(({ name }) => name.startsWith("wait"));
  expect(waits).toMatchObject([{ traceId: parent.traceId, parent: { spanId: parent.spanId } }]);
});

test("what would be no span, since its caller's is not sampled, is not counted as lost", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  using _contexts = startContexts();
  const observer = createObserver({ maxSpans: 0 });
  using _observing = observe(observer);
  const lock = new Lock("in a request");

  await context.with(requestWith(0), () => contend(lock, clock, 10));
  await turn();
  expect(observer.losses.spans).toBe(0);

  await context.with(requestWith(1), () => contend(lock, clock, 10));
  await turn();
  expect(observer.losses.spans).toBe(2);
});

test("an option that makes no sense is refused with one sentence", () => {
  expect(() => createObserver({ maxSpans: -1 })).toThrow("maxSpans is -1; it must be a number, 0 or more");
  expect(() => createObserver({ spans: "some" as "all" })).toThrow('spans is "some"');
});

test("a name is masked where it tells one of many apart", () => {
  expect(lowCardinality("cart-8231")).toBe("cart-*");
  expect(lowCardinality("user:0af7651916cd43dd")).toBe("user:*");
  expect(lowCardinality("x-123e4567-e89b-12d3-a456-426614174000-y")).toBe("x-*-y");
  expect(lowCardinality("shard-12 of inventory")).toBe("shard-12 of inventory");
});
