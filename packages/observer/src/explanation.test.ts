import fc from "fast-check";
import { expect, test } from "vitest";
import { gather, Lock, ManualClock, observe, Semaphore, sleep, spawn, useClock } from "@holdup/primitives";
import { explain, Explanation } from "./explanation.ts";
import { createObserver } from "./observer.ts";
import { Stalls } from "./stalls.ts";

test("a hold's time is told by what its holder did while others waited, the rest is running or elsewhere", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver();
  using _observing = observe(observer);
  const stock = new Lock("stock");
  const connections = new Semaphore(1, "connections");
  const others = await connections.acquire();

  const holder = spawn(async () => {
    using _stock = await stock.acquire();
    using _connection = await connections.acquire();
    await sleep(36);
  });
  await turn();
  const waiter = spawn(() => stock.run(() => {}));
  await turn();
  clock.advance(3);
  others.release();
  await turn();
  clock.advance(36);
  await gather([holder, waiter]);

  const measured = observer.collect().find(({ name }) => name === "stock");
  expect(measured?.activities).toHaveLength(1);
  expect(measured?.activities[0]).toMatchObject({
    holds: 1,
    activities: [
      { name: "using connections", seconds: 0.036 },
      { name: "waiting for connections", seconds: 0.003 },
    ],
  });
});

test("until its code runs, a hold is in the hand-off, and not waiting for itself", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver();
  using _observing = observe(observer);
  const stock = new Lock("stock");
  const first = await stock.acquire();
  const waiters = [spawn(() => stock.run(() => sleep(10))), spawn(() => stock.run(() => {}))];
  await turn();
  first.release();
  // The event loop is busy with others between the grant and the code behind it.
  clock.advance(5);
  await turn();
  clock.advance(10);
  await gather(waiters);

  const measured = observer.collect().find(({ name }) => name === "stock");
  expect(measured?.activities.flatMap(({ activities }) => activities)).toEqual([
    { name: "sleeping", seconds: 0.01 },
    { name: "in the hand-off", seconds: 0.005 },
  ]);
});

test("what came before anyone waited is not told", () => {
  const explanation = new Explanation(100);
  explanation.add("in SELECT stock", 50, 120);
  explanation.add("in UPDATE stock", 60, 90);
  expect(explanation.end(120)).toEqual([{ name: "in SELECT stock", ms: 20 }]);
});

test("where one thing lies within another the inner is told, and what it is for rather than that it sleeps", () => {
  const explanation = new Explanation(0);
  explanation.add("sleeping", 2, 9);
  explanation.add("in SELECT stock", 2, 9);
  explanation.add("using connections", 1, 10);
  expect(explanation.end(10).filter(({ name }) => name !== "running" && name !== "elsewhere")).toEqual([
    { name: "in SELECT stock", ms: 7 },
    { name: "using connections", ms: 2 },
  ]);
});

test("who sleeps while the event loop stands still could not wake up", () => {
  const stalls = new Stalls();
  stalls.add(60, 90);
  const explanation = new Explanation(0, stalls);
  explanation.add("sleeping", 0, 80);
  explanation.add("in SELECT stock", 70, 100);
  expect(explanation.end(100)).toEqual([
    { name: "while the event loop stood still", ms: 40 },
    { name: "sleeping", ms: 30 },
    { name: "in SELECT stock", ms: 30 },
  ]);
});

const interval = fc.record({
  name: fc.constantFrom("a", "b", "sleeping"),
  from: fc.integer({ min: -20, max: 120 }),
  length: fc.integer({ min: 0, max: 60 }),
});

test("activities add up to the time that was looked at", () => {
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 100 }), (intervals) => {
      const explanation = new Explanation(0);
      for (const { name, from, length } of intervals) explanation.add(name, from, from + length);
      const sum = explanation.end(100).reduce((total, { ms }) => total + ms, 0);
      expect(sum).toBeCloseTo(100, 9);
    }),
  );
});

test("it is one sentence", () => {
  const activities = [
    { name: "in SELECT stock", ms: 36 },
    { name: "waiting for payments", ms: 3 },
    { name: "running", ms: 0.8 },
    { name: "elsewhere", ms: 0.2 },
  ];
  expect(explain(activities)).toBe(
    "held 40 ms: 36 ms in SELECT stock, 3.0 ms waiting for payments, 800 µs running, 200 µs other",
  );
});

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
