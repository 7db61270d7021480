import { array, assert, asyncProperty, boolean, constantFrom, integer, record } from "fast-check";
import bare, { type done, type queueAsPromised } from "fastq";
import { expect, test } from "vitest";
import { journal, ticks } from "../testing/journal.ts";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { fastq } from "./fastq.ts";

test.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 2 },
])(
  "in a program ($form) every queue is named after its line, and its users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`fastq.${form}`);
    const [queue, promised] = [3, 9].map((line) => named[`fastq@fastq.${form}:${line + shift}`]);

    expect(Object.keys(named)).toHaveLength(2);
    expect(queue).toMatchObject({ type: "semaphore", operations: 3, contended: 2, unattributedMs: 0 });
    expect(askers(queue)).toEqual({ [5 + shift]: 1, [6 + shift]: 1, [7 + shift]: 1 });
    expect(queue?.blockedMs).toBeGreaterThan(0);
    expect(promised).toMatchObject({ operations: 2, contended: 1, unattributedMs: 0 });
    expect(askers(promised)).toEqual({ [10 + shift]: 1, [11 + shift]: 1 });
  },
);

test("who holds and who waits are the lines that pushed; who was put ahead is the first to run", () => {
  using wrapping = new Wrapping(fastq, bare);
  const running: done[] = [];
  const queue = wrapping.exports<unknown, string>((_value, worked) => void running.push(worked), 1);
  const holder = () => queue.push("a");
  const waiter = () => queue.push("a");
  const urgent = () => queue.unshift("a");
  const holding = () => wrapping.only.holders.map(({ site }) => site?.functionName);

  holder();
  waiter();
  urgent();
  expect(holding()).toEqual(["holder"]);
  expect(wrapping.only.waiters.map(({ site }) => site?.functionName)).toEqual(["waiter", "urgent"]);
  running.shift()?.(null);
  expect(holding()).toEqual(["urgent"]);
  running.shift()?.(null);
  expect(holding()).toEqual(["waiter"]);
  running.shift()?.(null);
  expect(counts(wrapping.only)).toEqual({ operations: 3, contended: 2, holds: 3, holding: 0, waiting: 0 });
  expect(wrapping.only.unattributedMs).toBe(0);
});

test("what is pushed amid a callback waits behind the others, and what is paused for nobody's sake waits for nobody", () => {
  using wrapping = new Wrapping(fastq, bare);
  const running: [string, done][] = [];
  const queue = wrapping.exports<unknown, string>((value, worked) => void running.push([value, worked]), 1);
  const work = () => {
    const [value, worked] = running.shift() ?? [];
    worked?.(null);
    return value;
  };
  queue.push("a", () => queue.push("c"));
  queue.push("b");
  expect([work(), work(), work()]).toEqual(["a", "b", "c"]);
  queue.pause();
  queue.push("d");
  expect(counts(wrapping.only)).toMatchObject({ holding: 0, waiting: 1 });
  queue.resume();
  expect(counts(wrapping.only)).toMatchObject({ holding: 1, waiting: 0 });
  work();
  expect(counts(wrapping.only)).toEqual({ operations: 4, contended: 3, holds: 4, holding: 0, waiting: 0 });
});

test("who is taken out of the queue waits no more", () => {
  for (const way of ["kill", "killAndDrain", "abort"] as const) {
    using wrapping = new Wrapping(fastq, bare);
    const running: done[] = [];
    const queue = wrapping.exports<unknown, string>((_value, worked) => void running.push(worked), 1);
    queue.push("a");
    queue.push("b");
    queue.unshift("c");
    queue[way]();
    queue.push("d");
    expect(counts(wrapping.only)).toMatchObject({ operations: 3, contended: 2, holding: 1, waiting: 1 });
    running.shift()?.(null);
    running.shift()?.(null);
    expect(counts(wrapping.only)).toMatchObject({ operations: 4, holds: 2, holding: 0, waiting: 0 });
  }
});

test("functions and queues stay what they are, and unwrapping restores them", async () => {
  const before = Object.getOwnPropertyDescriptors(bare);
  const shape = (value: object) =>
    Object.entries(Object.getOwnPropertyDescriptors(value)).map(([key, { value: plain, ...rest }]) => [
      key,
      typeof plain === "function" ? [plain.name, plain.length] : plain,
      { ...rest, get: typeof rest.get, set: typeof rest.set },
    ]);
  const worker = async () => "done";
  const calling = () => {};
  const shapes = (factory: typeof bare) =>
    [factory, factory.promise, factory(calling, 1), factory.promise(worker, 1)].map(shape);
  const bareShapes = shapes(bare);
  {
    using wrapping = new Wrapping(fastq, bare);
    expect(wrapping.exports).not.toBe(bare);
    expect(shapes(wrapping.exports)).toEqual(bareShapes);
    await wrapping.exports.promise(worker, 1).push("a");
    expect(wrapping.only.operations).toBe(1);
    expect(() => wrapping.exports(calling, 0)).toThrow("concurrency");
  }
  expect(Object.getOwnPropertyDescriptors(bare)).toEqual(before);
});

const task = record({
  how: constantFrom("at once", "late", "fails"),
  hold: integer({ min: 0, max: 4 }),
  pause: integer({ min: 0, max: 3 }),
  ahead: boolean(),
  change: constantFrom(
    "nothing",
    "pauses",
    "resumes",
    "raises",
    "lowers",
    "kills",
    "aborts",
    "kills and drains",
  ),
});
interface Task {
  how: string;
  hold: number;
  pause: number;
  ahead: boolean;
  change: string;
}

test(
  "no program can tell that it is wrapped: the same results in the same microtasks",
  { timeout },
  async () => {
    await assert(
      asyncProperty(
        integer({ min: 1, max: 3 }),
        array(task, { maxLength: 10 }),
        async (concurrency, tasks) => {
          const expected = await journal((note) => run(bare, concurrency, tasks, note));
          using wrapping = new Wrapping(fastq, bare);
          expect(await journal((note) => run(wrapping.exports, concurrency, tasks, note))).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  },
);

async function run(
  factory: typeof bare,
  concurrency: number,
  tasks: readonly Task[],
  note: (what: string) => void,
): Promise<void> {
  const context = { named: "context" };
  const queue = factory<typeof context, Task, string>(
    context,
    function (value, worked) {
      note(`${this.named} has ${value.how}, ${worked.name} ${worked.length}`);
      const end = () => worked(value.how === "fails" ? new Error("failed") : null, value.how);
      if (value.how === "at once") end();
      else void ticks(value.hold).then(end);
    },
    concurrency,
  );
  const promised = factory.promise<unknown, Task, string>(async ({ how, hold }) => {
    note(`has ${how}`);
    await ticks(hold);
    if (how === "fails") throw new Error("failed");
    return how;
  }, concurrency);
  for (const each of [queue, promised]) {
    each.drain = () => note("drained");
    each.saturated = () => note("saturated");
    each.empty = () => note("empty");
  }
  queue.error((error) => note(`error ${String(error)}`));
  for (const [i, each] of tasks.entries()) {
    const called = (error: Error | null, result?: string) => note(`${i}: ${String(error)} ${result}`);
    if (each.ahead) queue.unshift(each, called);
    else queue.push(each, called);
    void add(promised, each).then(
      (result) => note(`${i} promised ${result}`),
      (error: unknown) => note(`${i} promised ${String(error)}`),
    );
    await ticks(each.pause);
    change(queue, each.change, concurrency);
    change(promised, each.change, concurrency);
    note(`${queue.length()} ${queue.running()} ${promised.length()} ${promised.running()}`);
  }
  change(queue, "resumes", concurrency);
  change(promised, "resumes", concurrency);
  await ticks(100);
}

async function add(queue: queueAsPromised<Task, string>, each: Task): Promise<string> {
  return each.ahead ? queue.unshift(each) : queue.push(each);
}

function change(
  queue: ReturnType<typeof bare> | queueAsPromised<Task, string>,
  how: string,
  concurrency: number,
): void {
  if (how === "pauses") queue.pause();
  if (how === "resumes") queue.resume();
  if (how === "raises") queue.concurrency = concurrency + 2;
  if (how === "lowers") queue.concurrency = 1;
  if (how === "kills") queue.kill();
  if (how === "kills and drains") queue.killAndDrain();
  if (how === "aborts") queue.abort();
}
