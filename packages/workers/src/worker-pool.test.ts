import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { ContextVar, gather, observe, spawn } from "@holdup/primitives";
import { createObserver } from "@holdup/observer";
import { WorkerPool } from "./worker-pool.ts";

const folder = mkdtempSync(join(tmpdir(), "holdup-workers-"));
const filename = pathToFileURL(join(folder, "work.mjs"));
writeFileSync(
  filename,
  `export default function work({ sum, fail, gate, context }) {
    if (fail) throw new Error(fail);
    if (context) return Symbol.for("holdup.scope.1") in globalThis;
    // Waits until it is told to go on: no time is involved.
    if (gate) Atomics.wait(gate, 0, 0);
    let total = 0;
    for (let i = 0; i < (sum ?? 0); i++) total += i;
    return total;
  }`,
);
afterAll(() => rmSync(folder, { recursive: true }));

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A gate that a job waits at, in its thread. */
function newGate(): { gate: Int32Array; open(): void } {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  return {
    gate,
    open() {
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    },
  };
}

test("X14 results come in the order of the arguments, errors as they were thrown", async () => {
  await using pool = new WorkerPool({ filename, name: "sums", maxThreads: 2 });

  const sums = await gather([1, 10, 100].map((sum) => () => pool.run<number>({ sum })));

  expect(sums).toEqual([0, 45, 4950]);
  await expect(pool.run({ fail: "boom" })).rejects.toThrow("boom");
});

test("X14 cancelling a queued job prevents it", async () => {
  await using pool = new WorkerPool({ filename, maxThreads: 1 });
  const { gate, open } = newGate();
  const running = pool.run({ gate });
  const queued = spawn(() => pool.run({ fail: "it ran" }));
  await turn();
  expect(pool.waiting).toBe(1);

  queued.cancel();

  await expect(queued).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(pool.waiting).toBe(0);
  open();
  await running;
});

test("X14 cancelling a running job frees who waits at once; the job runs to its end and the thread is free again", async () => {
  await using pool = new WorkerPool({ filename, maxThreads: 1 });
  const { gate, open } = newGate();
  const abort = new AbortController();
  const bySignal = pool.run({ gate }, { signal: abort.signal });
  await turn();

  abort.abort("enough");

  await expect(bySignal).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  const next = pool.run<number>({ sum: 3 });
  await turn();
  expect(pool.waiting).toBe(1);
  open();
  expect(await next).toBe(3);
});

test("X14 a timeout covers waiting and running", async () => {
  await using pool = new WorkerPool({ filename, maxThreads: 1 });
  const { gate, open } = newGate();
  await expect(pool.run({ gate }, { timeout: 20 })).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  open();
});

test("a timeout of 0 or less fails unless a thread is free, and does not bound a job that runs", async () => {
  await using pool = new WorkerPool({ filename, name: "busy", maxThreads: 1 });
  const { gate, open } = newGate();
  const atOnce = [0, -5].map((timeout) => () => pool.run<number>({ sum: 3 }, { timeout }));

  for (const run of atOnce) expect(await run()).toBe(3);
  const running = pool.run<number>({ gate, sum: 5 }, { timeout: 0 });
  await turn();
  for (const run of atOnce) await expect(run()).rejects.toMatchObject({ code: "ERR_TIMEOUT" });

  open();
  expect(await running).toBe(10);
});

test("X14 disposing waits for running jobs, and fails queued and later ones", async () => {
  const pool = new WorkerPool({ filename, name: "closing", maxThreads: 1 });
  const { gate, open } = newGate();
  const running = pool.run<number>({ gate, sum: 5 });
  const queued = pool.run({ sum: 1 });
  await turn();

  const closed = pool[Symbol.asyncDispose]();

  await expect(queued).rejects.toMatchObject({ code: "ERR_INVALID_STATE" });
  await expect(pool.run({})).rejects.toThrow('pool "closing" is closed');
  open();
  await closed;
  expect(await running).toBe(10);
});

test("CV7 who waits for a job keeps its context, and nothing of it crosses to the thread", async () => {
  await using pool = new WorkerPool({ filename, maxThreads: 1 });
  const user = new ContextVar<string>("user");

  const task = spawn(async () => {
    user.set("alice");
    const seen = await pool.run<boolean>({ context: true });
    return [user.get(), seen];
  });

  await expect(task).resolves.toEqual(["alice", false]);
});

test("a job beyond maxQueue fails at once", async () => {
  await using pool = new WorkerPool({ filename, maxThreads: 1, maxQueue: 0 });
  const { gate, open } = newGate();
  const running = pool.run({ gate });
  await expect(pool.run({})).rejects.toMatchObject({ code: "ERR_QUEUE_FULL" });
  open();
  await running;
});

test("waiting for a thread is a wait, running is a hold", async () => {
  const observer = createObserver();
  using _observing = observe(observer);
  await using pool = new WorkerPool({ filename, name: "measured", maxThreads: 1 });
  await Promise.all([pool.run({ sum: 1 }), pool.run({ sum: 2 })]);

  expect(observer.snapshot().primitives).toMatchObject([
    {
      name: "measured",
      type: "pool",
      operations: 2,
      contended: 1,
      byHolder: [{ holds: 2, site: { filePath: "packages/workers/src/worker-pool.test.ts" } }],
    },
  ]);
});

test("a pool without a module to run is a TypeError", () => {
  for (const options of [undefined, null, {}, { filename: "" }, { filename: 5 }]) {
    expect(() => new WorkerPool(options as never)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" }),
    );
  }
});

test("a number of threads or of waiting jobs that makes no sense is a RangeError", () => {
  const threads = [0, -1, 1.5, Number.NaN, Infinity, "2"].map((maxThreads) => ({ filename, maxThreads }));
  const queues = [-1, 1.5, Number.NaN, "2"].map((maxQueue) => ({ filename, maxQueue }));

  for (const options of [...threads, ...queues]) {
    expect(() => new WorkerPool(options as never)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  }
});

test("any number of jobs may wait where maxQueue is Infinity", async () => {
  await using pool = new WorkerPool({ filename, maxThreads: 1, maxQueue: Infinity });

  const sums = await Promise.all([3, 4].map((sum) => pool.run<number>({ sum })));

  expect(sums).toEqual([3, 6]);
});
