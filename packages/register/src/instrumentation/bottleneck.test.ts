import bare from "bottleneck";
import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { expect, test } from "vitest";
import { Event } from "@holdup/primitives";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { bottleneck } from "./bottleneck.ts";

test.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
])(
  "in a program ($form) limiters and groups are named after their line, and their users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`bottleneck.${form}`);
    const [limiter, group] = [5, 11].map((line) => named[`bottleneck@bottleneck.${form}:${line + shift}`]);

    expect(Object.keys(named)).toHaveLength(2);
    expect(limiter).toMatchObject({ type: "semaphore", operations: 3, contended: 2 });
    expect(askers(limiter)).toEqual({ [6 + shift]: 1, [7 + shift]: 1, [9 + shift]: 1 });
    expect(limiter?.blockedMs).toBeGreaterThan(0);
    // One for each key: neither waits for the other.
    expect(group).toMatchObject({ operations: 2, contended: 0 });
    expect(askers(group)).toEqual({ [12 + shift]: 2 });
  },
);

test("who holds and who waits are the lines that scheduled, submitted or called what was wrapped", async () => {
  using wrapping = new Wrapping(bottleneck, bare);
  const limiter = new wrapping.exports({ maxConcurrent: 3 });
  const gate = new Event();
  const work = () => gate.wait();
  const holder = () => limiter.schedule({ weight: 2 }, work);
  const waiter = () => limiter.schedule({ weight: 2 }, work);
  const wrapped = limiter.wrap(work);
  const other = () => wrapped();
  const submitted = new Event();
  const submitter = () =>
    limiter.submit(
      (done: Done) => done(null, "done"),
      () => submitted.set(),
    );

  const all = [holder(), waiter(), other(), submitted.wait()];
  submitter();
  const { holders, waiters } = wrapping.named(/^bottleneck/);
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["waiter", "other", "submitter"]);

  gate.set();
  await Promise.all(all);
  await idle(limiter);
  const primitive = wrapping.named(/^bottleneck/);
  expect(counts(primitive)).toEqual({ operations: 4, contended: 3, holds: 4, holding: 0, waiting: 0 });
  expect(primitive.byHolder.find(({ site }) => site?.functionName === "holder")?.blameMs).toBeGreaterThan(0);
});

type Done = (error: null, result: string) => void;

async function idle(limiter: bare): Promise<void> {
  while (!(await isIdle(limiter)));
}

async function isIdle(limiter: bare): Promise<boolean> {
  return (await limiter.running()) === 0 && limiter.empty();
}

test("a job that is tried again keeps its place", async () => {
  using wrapping = new Wrapping(bottleneck, bare);
  const limiter = new wrapping.exports({ maxConcurrent: 1 });
  let tries = 0;
  limiter.on("failed", () => (tries < 3 ? 1 : undefined));
  const failing = limiter.schedule(async () => {
    tries++;
    throw new Error("failed");
  });
  const next = limiter.schedule(async () => tries);
  await expect(failing).rejects.toThrow("failed");
  expect(await next).toBe(3);
  await idle(limiter);
  expect(counts(wrapping.only)).toEqual({ operations: 2, contended: 1, holds: 2, holding: 0, waiting: 0 });
});

test("who may not start yet waits for nobody", async () => {
  using wrapping = new Wrapping(bottleneck, bare);
  const limiter = new wrapping.exports({ minTime: 60_000 });
  const known = () => counts(wrapping.named(/^bottleneck/));
  const both = new Event();
  let places = 0;
  limiter.on("scheduled", () => ++places === 2 && both.set());
  const first = limiter.schedule(async () => "first");
  const second = limiter.schedule(async () => "second");

  expect(await first).toBe("first");
  await both.wait();
  expect(known()).toEqual({ operations: 1, contended: 0, holds: 1, holding: 0, waiting: 1 });
  void limiter.stop();
  await expect(second).rejects.toThrow("stopped");
  expect(known()).toEqual({ operations: 2, contended: 1, holds: 1, holding: 0, waiting: 0 });
  expect(wrapping.named(/^bottleneck/).unattributedMs).toBeGreaterThan(0);
});

test("who is dropped, doubled, too heavy or late waits no more", async () => {
  using wrapping = new Wrapping(bottleneck, bare);
  const limiter = new wrapping.exports({ maxConcurrent: 1, highWater: 1, strategy: bare.strategy.OVERFLOW });
  const gate = new Event();
  const known = () => counts(wrapping.named(/^bottleneck/));
  const work = () => gate.wait();
  const first = limiter.schedule({ id: "one" }, work);
  const second = limiter.schedule(work);
  await expect(limiter.schedule({ id: "one" }, work)).rejects.toThrow("same id");
  await expect(limiter.schedule({ weight: 2 }, work)).rejects.toThrow("Impossible");
  await expect(limiter.schedule(work)).rejects.toThrow("dropped");
  expect(known()).toMatchObject({ holding: 1, waiting: 1 });

  const stopped = limiter.stop();
  await expect(second).rejects.toThrow("stopped");
  await expect(limiter.schedule(work)).rejects.toThrow("stopped");
  expect(known()).toMatchObject({ holding: 1, waiting: 0 });
  gate.set();
  await Promise.all([first, stopped]);
  await idle(limiter);
  expect(known()).toEqual({ operations: 6, contended: 3, holds: 1, holding: 0, waiting: 0 });
});

test("the class stays what it is, subclasses too, and unwrapping restores it", async () => {
  const { prototype } = bare;
  const objects = [bare, prototype, bare.Group.prototype];
  const before = objects.map(Object.getOwnPropertyDescriptors);
  {
    using wrapping = new Wrapping(bottleneck, bare);
    const Bottleneck = wrapping.exports;
    class Named extends Bottleneck {}
    const named = new Named();
    expect(named).toBeInstanceOf(Named);
    expect(named).toBeInstanceOf(bare);
    expect(new Bottleneck().constructor).toBe(Bottleneck);
    expect([Bottleneck.name, Bottleneck.length]).toEqual([bare.name, bare.length]);
    expect(new Bottleneck.Group({}).key("a")).toBeInstanceOf(Bottleneck);
    for (const name of ["_receive", "_run", "_free", "stop"]) {
      const original = before[1]?.[name]?.value as { name: string; length: number };
      const wrapped = Reflect.get(prototype, name) as { name: string; length: number };
      expect([wrapped.name, wrapped.length]).toEqual([original.name, original.length]);
    }
    await named.schedule(async () => "done");
    expect(wrapping.only.operations).toBe(1);
  }
  expect(objects.map(Object.getOwnPropertyDescriptors)).toEqual(before);
});

const job = record({
  how: constantFrom("returns", "throws", "retries"),
  weight: integer({ min: 1, max: 3 }),
  priority: integer({ min: 3, max: 6 }),
  hold: integer({ min: 0, max: 2 }),
  pause: integer({ min: 0, max: 3 }),
});
interface Job {
  how: string;
  weight: number;
  priority: number;
  hold: number;
  pause: number;
}
// Of these Bottleneck itself never tells the end of one.
const lost: Job[] = [
  { how: "retries", weight: 1, priority: 3, hold: 1, pause: 0 },
  { how: "returns", weight: 2, priority: 3, hold: 1, pause: 0 },
  { how: "returns", weight: 1, priority: 4, hold: 0, pause: 2 },
  { how: "retries", weight: 3, priority: 4, hold: 1, pause: 0 },
];

const settings = record({
  maxConcurrent: integer({ min: 1, max: 3 }),
  highWater: integer({ min: 1, max: 4 }),
  strategy: constantFrom(bare.strategy.LEAK, bare.strategy.OVERFLOW, bare.strategy.OVERFLOW_PRIORITY),
});

test("no program can tell that it is wrapped: the same results in the same order", { timeout }, async () => {
  await assert(
    asyncProperty(settings, array(job, { maxLength: 6 }), async (options, jobs) => {
      const expected = await run(bare, options, jobs);
      using wrapping = new Wrapping(bottleneck, bare);
      expect(await run(wrapping.exports, options, jobs)).toEqual(expected);
    }),
    { numRuns: 30, examples: [[{ maxConcurrent: 3, highWater: 1, strategy: bare.strategy.LEAK }, lost]] },
  );
});

// All timers are of the shortest time there is, and those run in the order in which they were set.
async function run(Bottleneck: typeof bare, options: object, jobs: readonly Job[]): Promise<string[]> {
  const notes: string[] = [];
  const limiter = new Bottleneck(options);
  const events = ["received", "queued", "scheduled", "executing", "done", "dropped", "empty", "idle"];
  for (const event of events) {
    limiter.on(event as "dropped", (info?: { args: unknown[] }) =>
      notes.push(`${event} ${String(info?.args[0])}`),
    );
  }
  limiter.on("failed", (error: Error, { retryCount }) =>
    error.message === "retries" && retryCount < 2 ? 0 : undefined,
  );
  const all: Promise<unknown>[] = [];
  for (const [i, each] of jobs.entries()) {
    const { weight, priority, pause } = each;
    const scheduled = limiter.schedule({ weight, priority }, doJob, i, each);
    all.push(
      scheduled.then(
        (value) => notes.push(`${i} gives ${value}`),
        (error: unknown) => notes.push(`${i} throws ${String(error)}`),
      ),
    );
    notes.push(JSON.stringify(limiter.counts()));
    await turns(pause);
  }
  let ended = false;
  void Promise.all(all).then(() => (ended = true));
  for (let left = mostTurns; left > 0 && !(ended && (await isIdle(limiter))); left--) await turns(1);
  if (!ended) notes.push("one never ends");
  return notes;
}

// More than the longest of these jobs take, one after the other and each tried three times.
const mostTurns = 200;

async function doJob(i: number, { how, hold }: Job): Promise<string> {
  await turns(hold);
  if (how === "throws" || how === "retries") throw new Error(how);
  return `${how} ${i}`;
}

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await new Promise((resolve) => void setTimeout(resolve, 0));
}
