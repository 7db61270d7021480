import { expect, test } from "vitest";
import { Lock, observe, Shared, spawn } from "@holdup/primitives";
import { createObserver } from "../observer.ts";
import { lineOf } from "./wording.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

async function add(counter: Shared<number>): Promise<void> {
  const value = counter.get();
  await turn();
  counter.set(value + 1);
}

async function findingsOf(program: () => Promise<unknown>) {
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  await program();
  return observer.findings.filter(({ kind }) => kind === "lost-update");
}

test("two tasks that get, await and set lose an update: both tasks, all three lines", async () => {
  const counter = new Shared(0, "counter");
  const read = () => counter.get();
  async function first() {
    const value = counter.get();
    await turn();
    counter.set(value + 1);
  }
  async function second() {
    const value = read();
    await turn();
    counter.set(value + 1);
  }

  const findings = await findingsOf(() =>
    Promise.all([spawn(first, { name: "A" }), spawn(second, { name: "B" })]),
  );

  expect(findings).toMatchObject([
    {
      severity: "error",
      primitives: ["counter"],
      count: 1,
      sites: [{ functionName: "read" }, { functionName: "first" }, { functionName: "second" }],
    },
  ]);
  const [readAt, lostAt, setAt] = findings[0]?.sites.map(lineOf) ?? [];
  expect(findings[0]?.message).toBe(
    `B read "counter" at ${readAt}, A set it at ${lostAt}, and B set it at ${setAt} ` +
      "by what it had read: what A set is lost",
  );
});

test("what code outside of any task set can be lost, too", async () => {
  const findings = await findingsOf(async () => {
    const counter = new Shared(0, "counter");
    const task = spawn(() => add(counter), { name: "A" });
    await Promise.resolve();
    counter.set(7);
    await task;
  });

  expect(findings).toMatchObject([
    { message: expect.stringContaining("what code outside of any task set is lost") },
  ]);
});

test("the same loss counts up, also beyond the lines that are looked up", async () => {
  const findings = await findingsOf(async () => {
    const counter = new Shared(0, "counter");
    for (let i = 0; i < 60; i++) await Promise.all([spawn(() => add(counter)), spawn(() => add(counter))]);
  });

  expect(findings).toMatchObject([{ count: 60 }]);
});

test.for<[string, (counter: Shared<number>) => (() => void | Promise<void>)[]]>([
  [
    "update() gets and sets in one go",
    (counter) => {
      const work = () => void counter.update((value) => value + 1);
      return [work, work];
    },
  ],
  [
    "a get comes before an update()",
    (counter) => {
      const work = async () => {
        counter.get();
        await turn();
        counter.update((value) => value + 1);
      };
      return [work, work];
    },
  ],
  [
    "a lock is held from get to set",
    (counter) => {
      const lock = new Lock("counter");
      const work = () => lock.run(() => add(counter));
      return [work, work];
    },
  ],
  [
    "what is set was never read",
    (counter) => {
      const work = async () => {
        await turn();
        counter.set(1);
      };
      return [work, work];
    },
  ],
  [
    "it is read after the other's set",
    (counter) => {
      const work = async () => {
        counter.get();
        await turn();
        counter.get();
        counter.set(1);
      };
      return [work, work];
    },
  ],
  [
    "it is set anew after the task's own set",
    (counter) => {
      const setTwice = async () => {
        counter.set(counter.get() + 1);
        await turn();
        counter.set(0);
      };
      return [setTwice, () => counter.set(9)];
    },
  ],
])("no update is lost when %s", async ([, work]) => {
  const findings = await findingsOf(() => {
    const counter = new Shared(0, "counter");
    return Promise.all(work(counter).map((fn) => spawn(fn)));
  });

  expect(findings).toEqual([]);
});

test("without tasks nothing can be told apart", async () => {
  const findings = await findingsOf(() => {
    const counter = new Shared(0, "counter");
    return Promise.all([add(counter), add(counter)]);
  });

  expect(findings).toEqual([]);
});
