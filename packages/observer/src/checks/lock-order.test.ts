import { expect, test } from "vitest";
import { Lock, observe, ReadWriteLock, Semaphore, spawn, type Hold } from "@holdup/primitives";
import { createObserver } from "../observer.ts";
import { lineOf } from "./wording.ts";

interface Takes {
  acquire(options?: { timeout?: number }): Promise<Hold>;
}

async function nest(outer: Takes, inner: Takes): Promise<void> {
  using _outer = await outer.acquire();
  using _inner = await inner.acquire();
}

// One after the other, so that nothing ever deadlocks.
async function findingsOf(...bodies: (() => Promise<unknown>)[]) {
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  for (const [i, body] of bodies.entries()) await spawn(body, { name: `task ${i}` });
  return observer.findings.filter(({ kind }) => kind === "lock-order-inversion");
}

test("two orders of two locks are an inversion though nothing deadlocked: both orders, all lines", async () => {
  const [orders, stock] = [new Lock("orders"), new Lock("stock")];
  async function place() {
    using _orders = await (function takeOrders() {
      return orders.acquire();
    })();
    using _stock = await stock.acquire();
  }
  async function refill() {
    using _stock = await (function takeStock() {
      return stock.acquire();
    })();
    using _orders = await orders.acquire();
  }

  const findings = await findingsOf(place, refill);

  expect(findings).toMatchObject([
    {
      severity: "warning",
      primitives: ["orders", "stock"],
      sites: ["place", "takeOrders", "refill", "takeStock"].map((functionName) => ({ functionName })),
      count: 1,
      advice: 'take "orders" before "stock" everywhere, or one more lock around them',
    },
  ]);
  const [stockLine, fromOrders, ordersLine, fromStock] = findings[0]?.sites.map(lineOf) ?? [];
  expect(findings[0]?.message).toBe(
    `${stockLine} takes "stock" while holding "orders" (from ${fromOrders}), ` +
      `${ordersLine} takes "orders" while holding "stock" (from ${fromStock}): ` +
      "tasks that do so at the same time wait for each other for ever",
  );
});

test("it is seen by name, over three names, and where one has to wait", async () => {
  const lock = (name: string) => new Lock(name);

  const findings = await findingsOf(
    () => nest(lock("a"), lock("b")),
    () => nest(lock("b"), lock("c")),
    async () => {
      const a = lock("a");
      const before = await a.acquire();
      const nested = spawn(() => nest(lock("c"), a));
      setImmediate(() => before.release());
      await nested;
    },
  );

  expect(findings).toHaveLength(1);
  expect(findings[0]?.primitives.toSorted()).toEqual(["a", "b", "c"]);
});

test("read-write locks and semaphores of one permit count, wider semaphores do not", async () => {
  const [routes, single, wide] = [
    new ReadWriteLock("routes"),
    new Semaphore(1, "one"),
    new Semaphore(2, "two"),
  ];
  const write = { acquire: () => routes.write() };

  const findings = await findingsOf(
    () => nest(write, single),
    () => nest(single, write),
    () => nest(write, wide),
    () => nest(wide, write),
  );

  expect(findings).toMatchObject([{ primitives: expect.arrayContaining(["routes", "one"]) }]);
  expect(findings).toHaveLength(1);
});

test("two locks of one name are an inversion when the same two are nested both ways", async () => {
  const [first, second] = [new Lock("account"), new Lock("account")];

  const findings = await findingsOf(
    () => nest(first, second),
    () => nest(second, first),
    () => nest(first, second),
  );

  expect(findings).toMatchObject([
    {
      primitives: ["account"],
      count: 1,
      message: expect.stringContaining('takes another "account" while holding "account"'),
      advice: expect.stringContaining("sorted by an id"),
    },
  ]);
});

test("a second task makes an inversion of what one task did alone", async () => {
  const [a, b] = [new Lock("a"), new Lock("b")];
  const bothWays = async () => {
    await nest(a, b);
    await nest(b, a);
  };

  expect(await findingsOf(bothWays)).toEqual([]);
  expect(await findingsOf(bothWays, bothWays)).toHaveLength(1);
});

test("a guard lock that is not always held guards nothing", async () => {
  const [gate, a, b] = [new Lock("gate"), new Lock("a"), new Lock("b")];
  const guarded = (one: Lock, other: Lock) => () => gate.run(() => nest(one, other));

  expect(await findingsOf(guarded(a, b), guarded(b, a))).toEqual([]);
  expect(await findingsOf(guarded(a, b), guarded(b, a), () => nest(a, b))).toHaveLength(1);
});

test.for<[string, (a: Lock, b: Lock) => (() => Promise<unknown>)[]]>([
  ["one order", (a, b) => [() => nest(a, b), () => nest(a, b)]],
  ["one after the other", (a, b) => [() => nest(a, b), () => b.run(() => {}).then(() => a.run(() => {}))]],
  ["tryAcquire for the second", (a, b) => [() => nest(a, b), () => b.run(() => a.tryAcquire()?.release())]],
  [
    "a timeout for the second",
    (a, b) => [() => nest(a, b), () => b.run(() => a.run(() => {}, { timeout: 100 }))],
  ],
  [
    "a timeout for the second, which has to wait",
    (a, b) => [
      () => nest(a, b),
      async () => {
        const hold = a.tryAcquire();
        const nested = spawn(() => b.run(() => a.run(() => {}, { timeout: 100 })));
        setImmediate(() => hold?.release());
        await nested;
      },
    ],
  ],
])("no inversion: %s", async ([, bodies]) => {
  expect(await findingsOf(...bodies(new Lock("a"), new Lock("b")))).toEqual([]);
});

test("no inversion: many locks of one name in one order", async () => {
  const accounts = Array.from({ length: 6 }, () => new Lock("account"));
  const inOrder = async () => {
    const holds: Hold[] = [];
    for (const account of accounts) holds.push(await account.acquire());
    for (const hold of holds) hold.release();
  };

  expect(await findingsOf(inOrder, inOrder)).toEqual([]);
});
