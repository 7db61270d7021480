import { assert, asyncProperty, array, constantFrom, integer, record } from "fast-check";
import * as bare from "p-limit";
import { expect, test } from "vitest";
import { Event } from "@holdup/primitives";
import { journal, settles, ticks } from "../testing/journal.ts";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, parties, Wrapping } from "../testing/wrapping.ts";
import { pLimit } from "./p-limit.ts";

test.each([
  { form: "mjs", first: 3 },
  { form: "cjs", first: 8 },
])(
  "in a program ($form) every limiter is named after its line, and its users are counted",
  async ({ form, first }) => {
    const program = `p-limit.${form}`;
    const at = (line: number) => `p-limit@${program}:${line}`;
    const named = await runWrapped(program);

    expect(Object.keys(named)).toEqual([at(first), at(11), at(14)]);
    expect(named[at(first)]).toMatchObject({
      type: "semaphore",
      operations: 4,
      contended: 2,
      unattributedMs: 0,
    });
    expect(named[at(11)]).toMatchObject({ operations: 3, contended: 2 });
    expect(named[at(14)]).toMatchObject({ operations: 2, contended: 1 });
    for (const { blockedMs } of Object.values(named)) expect(blockedMs).toBeGreaterThan(0);
    expect(askers(named[at(first)])).toEqual({ 9: 4 });
    expect(askers(named[at(11)])).toEqual({ 12: 3 });
    expect(askers(named[at(14)])).toEqual({ 15: 2 });
  },
);

test("who waits and who holds are the lines that called the limiter", async () => {
  using wrapping = new Wrapping(pLimit, bare);
  const limit = wrapping.exports.default(1);
  const gate = new Event();
  const holder = () => limit(() => gate.wait());
  const waiter = () => limit(() => "done");

  const all = [holder(), waiter(), waiter()];
  await ticks(10);
  const { holders, waiters } = wrapping.named(/^p-limit/);
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site, operation }) => [site?.functionName, operation])).toEqual([
    ["waiter", "run"],
    ["waiter", "run"],
  ]);

  gate.set();
  await Promise.all(all);
  const primitive = wrapping.named(/^p-limit/);
  expect(counts(primitive)).toEqual({ operations: 3, contended: 2, holds: 3, holding: 0, waiting: 0 });
  expect(parties(primitive)).toEqual({ waiters: ["holder", "waiter"], holders: ["holder", "waiter"] });
  const { matrix, blockedMs, unattributedMs } = primitive;
  expect(unattributedMs).toBe(0);
  expect(matrix.reduce((sum, pair) => sum + pair.blockedMs, 0)).toBeCloseTo(blockedMs, 6);
});

test("cleared functions wait no more", async () => {
  using wrapping = new Wrapping(pLimit, bare);
  const limit = wrapping.exports.default({ concurrency: 1, rejectOnClear: true });
  const first = limit(() => ticks(5));
  const second = limit(() => "never");
  limit.clearQueue();

  await expect(second).rejects.toMatchObject({ name: "AbortError" });
  await first;
  expect(counts(wrapping.only)).toEqual({ operations: 2, contended: 1, holds: 1, holding: 0, waiting: 0 });
});

test("a query builder, which runs at every then, runs once", async () => {
  using wrapping = new Wrapping(pLimit, bare);
  let runs = 0;
  const builder = {
    // oxlint-disable-next-line unicorn/no-thenable -- it is what is tested
    then(resolve: (value: number) => void) {
      resolve(++runs);
    },
  } as PromiseLike<number>;
  expect(await wrapping.exports.default(1)(() => builder)).toBe(1);
  expect(runs).toBe(1);
  expect(counts(wrapping.only)).toMatchObject({ holds: 1, holding: 0 });
});

test("a limiter looks like a bare one, and unwrapping gives bare ones", () => {
  const shape = (factory: typeof bare) => [
    factory.default.name,
    factory.default.length,
    factory.limitFunction.name,
    factory.limitFunction.length,
    describe(factory.default(3)),
    describe(factory.limitFunction(async () => 1, { concurrency: 2 })),
  ];
  const before = shape(bare);
  const written = { default: bare.default, limitFunction: bare.limitFunction };
  {
    using wrapping = new Wrapping(pLimit, written);
    expect(wrapping.exports).toBe(written);
    expect(written.default).not.toBe(bare.default);
    expect(shape(wrapping.exports)).toEqual(before);
  }
  expect(written.default).toBe(bare.default);
  expect(written.limitFunction).toBe(bare.limitFunction);
});

function describe(value: object): unknown {
  return Object.entries(Object.getOwnPropertyDescriptors(value)).map(([key, { value: plain, ...rest }]) => [
    key,
    typeof plain === "function" ? [plain.name, plain.length] : plain,
    { ...rest, get: typeof rest.get, set: typeof rest.set },
  ]);
}

const job = record({
  how: constantFrom("returns", "throws", "resolves", "rejects", "thenable"),
  after: integer({ min: 0, max: 4 }),
  pause: integer({ min: 0, max: 3 }),
});
const program = record({
  concurrency: integer({ min: 1, max: 3 }),
  raised: integer({ min: 1, max: 4 }),
  jobs: array(job, { maxLength: 8 }),
  mapped: array(job, { maxLength: 4 }),
  clearAfter: integer({ min: 0, max: 20 }),
});
interface Job {
  how: string;
  after: number;
  pause: number;
}

test(
  "no program can tell that it is wrapped: the same results in the same microtasks",
  { timeout },
  async () => {
    await assert(
      asyncProperty(program, async (plan) => {
        const expected = await journal((note) => run(bare, plan, note));
        using wrapping = new Wrapping(pLimit, bare);
        expect(await journal((note) => run(wrapping.exports, plan, note))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  },
);

async function run(
  { default: factory, limitFunction }: typeof bare,
  plan: { concurrency: number; raised: number; jobs: Job[]; mapped: Job[]; clearAfter: number },
  note: (what: string) => void,
): Promise<void> {
  const limit = factory(plan.concurrency);
  const limited = limitFunction((fn: () => PromiseLike<unknown>) => fn(), { concurrency: plan.concurrency });
  const all: Promise<void>[] = [];
  all.push(
    settles("map", note, () => limit.map(plan.mapped, (each, i) => jobOf(each, `mapped ${i}`, note)())),
  );
  for (const [i, each] of plan.jobs.entries()) {
    all.push(settles(`job ${i}`, note, () => limit(jobOf(each, `job ${i}`, note))));
    all.push(settles(`call ${i}`, note, () => limited(jobOf(each, `call ${i}`, note))));
    note(`${limit.activeCount} active, ${limit.pendingCount} pending`);
    await ticks(each.pause);
  }
  limit.concurrency = plan.raised;
  await ticks(plan.clearAfter);
  limit.clearQueue();
  await Promise.all(all);
}

function jobOf({ how, after }: Job, name: string, note: (what: string) => void): () => PromiseLike<unknown> {
  // As in JavaScript, where a function need not return a promise.
  return (): never => result() as never;
  function result(): unknown {
    note(`${name} runs`);
    if (how === "returns") return name;
    if (how === "throws") throw new Error(name);
    if (how === "thenable")
      // oxlint-disable-next-line unicorn/no-thenable -- as query builders are
      return { then: (resolve: (value: string) => void) => void ticks(after).then(() => resolve(name)) };
    return ticks(after).then(() => {
      if (how === "rejects") throw new Error(name);
      return name;
    });
  }
}
