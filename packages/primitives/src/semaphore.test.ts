import fc from "fast-check";
import { expect, test } from "vitest";
import type { Hold } from "./hold.ts";
import { Semaphore } from "./semaphore.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test("S1 starts with one permit, takes none and refuses what is no whole number of permits", () => {
  expect(new Semaphore().available).toBe(1);
  expect(new Semaphore(0, "none").locked).toBe(true);
  for (const permits of [-1, 1.5, Number.NaN]) {
    expect(() => new Semaphore(permits)).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
  }
});

test("S2 a free permit is taken without waiting", async () => {
  const semaphore = new Semaphore(2, "s");
  const first = semaphore.tryAcquire();
  using _second = await semaphore.acquire();

  expect(first).toBeDefined();
  expect(semaphore.available).toBe(0);
  expect(semaphore.tryAcquire()).toBeUndefined();
});

test("S3 it is locked while someone waits, even if permits are free", async () => {
  const semaphore = new Semaphore(2, "s");
  using _one = await semaphore.acquire();
  const both = semaphore.acquire({ permits: 2 });

  expect(semaphore).toMatchObject({ available: 1, waiting: 1, locked: true });
  expect(semaphore.tryAcquire()).toBeUndefined();
  _one.release();
  (await both).release();
});

test("S4 nobody passes, not even the one that has just released", async () => {
  const semaphore = new Semaphore(1, "s");
  const order: string[] = [];
  const first = await semaphore.acquire();
  const waiter = semaphore.run(() => void order.push("waiter"));
  first.release();
  await Promise.all([semaphore.run(() => void order.push("releaser")), waiter]);

  expect(order).toEqual(["waiter", "releaser"]);
});

test("S5 a permit on its way to a waiter is never seen as free", async () => {
  const semaphore = new Semaphore(1, "s");
  const first = await semaphore.acquire();
  const second = semaphore.acquire();
  first.release();

  expect(semaphore.available).toBe(0);
  (await second).release();
  expect(semaphore.available).toBe(1);
});

test("S6 a cancelled waiter is skipped and costs no permit", async () => {
  const semaphore = new Semaphore(1, "s");
  const first = await semaphore.acquire();
  const abort = new AbortController();
  const cancelled = semaphore.acquire({ signal: abort.signal });
  const next = semaphore.acquire();
  abort.abort();
  first.release();

  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  (await next).release();
  expect(semaphore.available).toBe(1);
});

test("S7 a waiter cancelled in the turn of its grant returns the permit to the next", async () => {
  const semaphore = new Semaphore(1, "s");
  const first = await semaphore.acquire();
  const abort = new AbortController();
  const cancelled = semaphore.acquire({ signal: abort.signal });
  const next = semaphore.acquire();
  first.release();
  abort.abort();

  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  (await next).release();
  expect(semaphore.available).toBe(1);
});

test("S8 after several releases in one turn, all who fit run", async () => {
  const semaphore = new Semaphore(0, "s");
  const got: number[] = [];
  for (const id of [1, 2, 3, 4]) void semaphore.acquire().then(() => got.push(id));

  semaphore.release();
  semaphore.release();
  semaphore.release();
  await turn();

  expect(got).toEqual([1, 2, 3]);
  expect(semaphore).toMatchObject({ available: 0, waiting: 1 });
});

test("S8 one release of several permits serves all who fit", async () => {
  const semaphore = new Semaphore(3, "s");
  const hold = await semaphore.acquire({ permits: 3 });
  const got: number[] = [];
  for (const id of [1, 2, 3, 4]) void semaphore.acquire().then(() => got.push(id));

  hold.release();
  await turn();

  expect(got).toEqual([1, 2, 3]);
  expect(semaphore).toMatchObject({ available: 0, waiting: 1 });
});

test("S9 a signal may raise a plain semaphore above its start value", () => {
  const semaphore = new Semaphore(1, "s");
  semaphore.release(3);
  expect(semaphore.available).toBe(4);
  expect(() => semaphore.release(0)).toThrow(RangeError);
});

test("S10 a bounded semaphore refuses permits above its start value and stays as it was", async () => {
  const semaphore = new Semaphore(2, { name: "s", bounded: true });
  expect(() => semaphore.release()).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
  expect(semaphore.available).toBe(2);

  const hold = await semaphore.acquire();
  semaphore.release();
  expect(() => hold.release()).toThrow(RangeError);
  expect(hold.released).toBe(true);
  expect(semaphore.available).toBe(2);
  await expect(semaphore.acquire({ permits: 3 })).rejects.toBeInstanceOf(RangeError);
});

test("S10 a hold whose permits were partly released already gives back the rest, and says so", async () => {
  const semaphore = new Semaphore(3, { name: "s", bounded: true });
  const hold = await semaphore.acquire({ permits: 3 });
  const next = semaphore.acquire({ permits: 3 });
  semaphore.release();

  expect(() => hold.release()).toThrow(RangeError);

  (await next).release();
  expect(semaphore.available).toBe(3);
});

test("S10 a semaphore bounded to 0 admits nobody, ever", async () => {
  const semaphore = new Semaphore(0, { name: "s", bounded: true });
  const abort = new AbortController();
  const waiting = semaphore.acquire({ signal: abort.signal });

  expect(() => semaphore.release()).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
  await expect(semaphore.acquire({ permits: 2 })).rejects.toBeInstanceOf(RangeError);
  expect(semaphore).toMatchObject({ available: 0, waiting: 1 });

  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: "ERR_CANCELLED" });
});

test("S11 run returns its permits on error", async () => {
  const semaphore = new Semaphore(3, "s");
  await expect(semaphore.run(() => Promise.reject(new Error("boom")), { permits: 2 })).rejects.toThrow(
    "boom",
  );
  expect(semaphore.available).toBe(3);
});

test("a small request never passes a big one, and runs when the big one gives up", async () => {
  const semaphore = new Semaphore(3, "s");
  using _hold = await semaphore.acquire({ permits: 2 });
  const abort = new AbortController();
  const big = semaphore.acquire({ permits: 3, signal: abort.signal });
  const got: string[] = [];
  const small = semaphore.acquire().then((hold) => {
    got.push("small");
    return hold;
  });
  await turn();
  expect(got).toEqual([]);

  abort.abort();
  await expect(big).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  (await small).release();
  expect(semaphore.available).toBe(1);
});

test("S12 permits are conserved: at rest free + held is the start value, whatever is cancelled", async () => {
  const anyStep = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ permits: fc.integer({ min: 1, max: 4 }), cancellable: fc.boolean() }),
    },
    { weight: 3, arbitrary: fc.constant("release" as const) },
    { weight: 2, arbitrary: fc.nat(20) },
    { weight: 2, arbitrary: fc.constant("turn" as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60, size: "max" }), async (steps) => {
      const start = 4;
      const semaphore = new Semaphore(start, "s");
      const held: { permits: number; hold: Hold }[] = [];
      const aborts: AbortController[] = [];
      let open = 0;
      const heldPermits = () => held.reduce((sum, { permits }) => sum + permits, 0);
      for (const step of steps) {
        if (step === "release") held.shift()?.hold.release();
        else if (step === "turn") await turn();
        else if (typeof step === "number") aborts[step]?.abort();
        else {
          const abort = new AbortController();
          aborts.push(abort);
          open++;
          semaphore
            .acquire(
              step.cancellable ? { permits: step.permits, signal: abort.signal } : { permits: step.permits },
            )
            .then(
              (hold) => held.push({ permits: step.permits, hold }),
              () => {},
            )
            .finally(() => open--);
        }
        expect(heldPermits()).toBeLessThanOrEqual(start);
      }
      await turn();
      expect(semaphore.available + heldPermits()).toBe(start);
      while (held.length > 0 || open > 0) {
        held.shift()?.hold.release();
        await turn();
      }
      expect(semaphore).toMatchObject({ available: start, waiting: 0, locked: false });
    }),
    { numRuns: 300 },
  );
});

test("a request of a higher priority that fits is granted though a big one waits", async () => {
  const semaphore = new Semaphore(3, "s");
  using hold = await semaphore.acquire();
  const big = semaphore.acquire({ permits: 3 });

  using small = await semaphore.acquire({ permits: 1, priority: 1 });

  expect(semaphore).toMatchObject({ available: 1, waiting: 1 });
  small.release();
  hold.release();
  (await big).release();
  expect(semaphore.available).toBe(3);
});

test("waiters that are granted together run in their order, whether or not they can be interrupted", async () => {
  const semaphore = new Semaphore(0, "s");
  const order: string[] = [];
  const { signal } = new AbortController();
  const first = semaphore.acquire({ signal }).then(() => order.push("first"));
  const second = semaphore.acquire().then(() => order.push("second"));

  semaphore.release(2);
  await Promise.all([first, second]);

  expect(order).toEqual(["first", "second"]);
});

test("a newcomer that can't be interrupted runs after one that can and was granted before", async () => {
  const semaphore = new Semaphore(1, "s");
  const hold = await semaphore.acquire();
  const order: string[] = [];
  const { signal } = new AbortController();
  const first = semaphore.acquire({ signal }).then(() => order.push("first"));

  hold.release();
  semaphore.release();
  const second = semaphore.acquire().then(() => order.push("second"));
  await Promise.all([first, second]);

  expect(order).toEqual(["first", "second"]);
});

test("what is no function can't be run, and no permit is taken for it", async () => {
  const semaphore = new Semaphore(0, "s");

  await expect(semaphore.run(5 as never)).rejects.toMatchObject({
    name: "TypeError",
    code: "ERR_INVALID_ARG",
  });

  expect(semaphore.waiting).toBe(0);
});
