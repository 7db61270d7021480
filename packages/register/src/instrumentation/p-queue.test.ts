import { array, assert, asyncProperty, boolean, constantFrom, integer, record } from "fast-check";
import * as bare from "p-queue";
import { expect, test } from "vitest";
import { Event } from "@holdup/primitives";
import { journal, settles, ticks } from "../testing/journal.ts";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { pQueue } from "./p-queue.ts";

test.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
])(
  "in a program ($form) every queue is named after its line, and its users are counted",
  async ({ form, shift }) => {
    const named = await runWrapped(`p-queue.${form}`);
    const [queue, paused, rated] = [7, 10, 15].map(
      (line) => named[`p-queue@p-queue.${form}:${line + shift}`],
    );

    expect(Object.keys(named)).toHaveLength(3);
    expect(queue).toMatchObject({ type: "semaphore", operations: 5, contended: 3, unattributedMs: 0 });
    expect(askers(queue)).toEqual({ [8 + shift]: 5 });
    expect(paused).toMatchObject({ operations: 1, contended: 1, byHolder: [] });
    expect(askers(paused)).toEqual({ [11 + shift]: 1 });
    expect(rated).toMatchObject({ operations: 2, contended: 1 });
    expect(askers(rated)).toEqual({ [16 + shift]: 2 });
    // Who waits for the next interval waits for nobody.
    expect(rated?.unattributedMs).toBeGreaterThan(0);
  },
);

test("who holds and who waits are the lines that added", async () => {
  using wrapping = new Wrapping(pQueue, bare);
  const queue = new wrapping.exports.default({ concurrency: 1 });
  const gate = new Event();
  const holder = () => queue.add(() => gate.wait());
  const waiter = () => queue.add(() => "done");
  const urgent = () => queue.addAll([() => "done"], { priority: 1 });

  const all = [holder(), waiter(), urgent()];
  const { holders, waiters } = wrapping.named(/^p-queue/);
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["waiter", "urgent"]);

  gate.set();
  await Promise.all(all);
  const primitive = wrapping.named(/^p-queue/);
  expect(counts(primitive)).toEqual({ operations: 3, contended: 2, holds: 3, holding: 0, waiting: 0 });
});

test("who is aborted in the line, cleared or not wanted waits no more", async () => {
  using wrapping = new Wrapping(pQueue, bare);
  const queue = new wrapping.exports.default({ concurrency: 1 });
  const abort = new AbortController();
  const first = queue.add(() => ticks(20));
  const second = queue.add(() => "never", { signal: abort.signal });
  const bad = queue.add(() => "never", { priority: Number.NaN });
  abort.abort(new Error("enough"));

  await expect(second).rejects.toThrow("enough");
  await expect(bad).rejects.toThrow(TypeError);
  await expect(queue.add(() => "never", { signal: abort.signal })).rejects.toThrow("enough");
  await first;
  expect(counts(wrapping.only)).toMatchObject({ contended: 1, holds: 1, holding: 0, waiting: 0 });
});

test("what is out of time holds its place no longer, though it goes on", async () => {
  using wrapping = new Wrapping(pQueue, bare);
  const queue = new wrapping.exports.default({ concurrency: 1 });
  const gate = new Event();
  await expect(queue.add(() => gate.wait(), { timeout: 1 })).rejects.toThrow("timed out");
  await queue.onIdle();
  expect(counts(wrapping.named(/^p-queue/))).toMatchObject({ holds: 1, holding: 0 });
  gate.set();
});

test("classes stay what they are, subclasses too, and unwrapping restores them", async () => {
  const { prototype } = bare.default;
  const before = Object.getOwnPropertyDescriptors(prototype);
  {
    using wrapping = new Wrapping(pQueue, bare);
    const PQueue = wrapping.exports.default;
    class Named extends PQueue {}
    const named = new Named({ concurrency: 1 });
    expect(named).toBeInstanceOf(Named);
    expect(named).toBeInstanceOf(PQueue);
    expect(named).toBeInstanceOf(bare.default);
    expect(new PQueue().constructor).toBe(PQueue);
    expect([PQueue.name, PQueue.length]).toEqual([bare.default.name, bare.default.length]);
    expect([prototype.add.name, prototype.add.length]).toEqual(["add", 1]);
    expect(await named.add(() => 1)).toBe(1);
    expect(wrapping.only.operations).toBe(1);
  }
  expect(Object.getOwnPropertyDescriptors(prototype)).toEqual(before);
});

const job = record({
  how: constantFrom("returns", "throws", "resolves", "rejects", "clears", "pauses"),
  after: integer({ min: 0, max: 4 }),
  pause: integer({ min: 0, max: 3 }),
  priority: integer({ min: 0, max: 2 }),
  aborted: boolean(),
});
interface Job {
  how: string;
  after: number;
  pause: number;
  priority: number;
  aborted: boolean;
}

test(
  "no program can tell that it is wrapped: the same results in the same microtasks",
  { timeout },
  async () => {
    await assert(
      asyncProperty(integer({ min: 1, max: 3 }), array(job, { maxLength: 8 }), async (concurrency, jobs) => {
        const expected = await journal((note) => run(bare, concurrency, jobs, note));
        using wrapping = new Wrapping(pQueue, bare);
        expect(await journal((note) => run(wrapping.exports, concurrency, jobs, note))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  },
);

async function run(
  { default: PQueue }: typeof bare,
  concurrency: number,
  jobs: readonly Job[],
  note: (what: string) => void,
): Promise<void> {
  const queue = new PQueue({ concurrency });
  for (const event of ["active", "next", "idle", "empty", "error"] as const) {
    queue.addEventListener(event, () => note(event));
  }
  const all: Promise<void>[] = [];
  const abort = new AbortController();
  for (const [i, each] of jobs.entries()) {
    const { how, after, pause, priority, aborted } = each;
    const work = async (): Promise<string> => {
      note(`${i} runs`);
      if (how === "clears") queue.clear();
      if (how === "throws") throw new Error("work");
      await ticks(after);
      if (how === "rejects") throw new Error("late");
      return `${i}`;
    };
    if (how === "pauses") queue.pause();
    else queue.start();
    const options = aborted ? { priority, signal: abort.signal } : { priority };
    all.push(settles(`${i}`, note, () => queue.add(how === "returns" ? () => `${i}` : work, options)));
    note(`${queue.size} ${queue.pending}`);
    await ticks(pause);
    if (how === "resolves") abort.abort(new Error("enough"));
  }
  queue.start();
  await Promise.all(all);
}
