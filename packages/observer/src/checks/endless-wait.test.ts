import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import {
  allTasks,
  Event,
  gather,
  ManualClock,
  observe,
  Queue,
  sleep,
  spawn,
  taskGroup,
  useClock,
  wait,
  waitFor,
} from "@holdup/primitives";
import type { Finding } from "@holdup/protocol";
import { createObserver } from "../observer.ts";
import { lineOf } from "./wording.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

// What is no wait of this package ends with the test.
const elsewhere: (() => void)[] = [];
const somethingElse = () => new Promise<void>((resolve) => void elsewhere.push(resolve));

// Tests of other files may have left some.
let foreign: ReadonlySet<unknown>;
const ownTasks = () => allTasks().filter((task) => !foreign.has(task));

beforeEach(() => {
  foreign = new Set(allTasks());
});

afterEach(async () => {
  for (const task of ownTasks()) task.cancel();
  for (const end of elsewhere.splice(0)) end();
  for (let i = 0; i < 3; i++) await turn();
  expect(ownTasks()).toEqual([]);
});

/** What is found while a program runs for so long. */
async function findingsOf(program: (queue: Queue<number | null>) => unknown, ms = 1500) {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  void program(new Queue<number | null>("jobs"));
  await turn();
  for (let passed = 0; passed < ms; passed += 250) {
    await turn();
    void observer.findings;
    clock.advance(250);
  }
  await turn();
  return observer.findings.filter(({ kind }) => kind === "endless-wait");
}

async function producer(queue: Queue<number | null>) {
  for (let i = 0; i < 3; i++) {
    await queue.put(i);
    await sleep(10);
  }
  await queue.put(null);
}

async function consumer(queue: Queue<number | null>) {
  while ((await queue.get()) !== null) queue.taskDone();
}

const named = (name: string, fn: () => Promise<unknown>) => spawn(fn, { name });

test("11.4.1 two consumers and one last item: who waits, for what, where, and that no producer is left", async () => {
  const findings = await findingsOf((queue) =>
    gather([
      named("producer", () => producer(queue)),
      named("A", () => consumer(queue)),
      named("B", () => consumer(queue)),
    ]).catch(() => {}),
  );

  expect(findings).toMatchObject([
    {
      kind: "endless-wait",
      severity: "error",
      primitives: ["jobs"],
      sites: [{ functionName: "consumer" }],
      count: 1,
    },
  ]);
  const [finding] = findings;
  expect(finding?.message).toMatch(
    new RegExp(
      `^[AB] waits at ${lineOf((finding as Finding).sites[0] as never)} since \\S+ m?s for an item of queue "jobs", ` +
        "and no producer is left: producer has ended or can't go on$",
    ),
  );
  expect(finding?.advice).toContain('call shutdown() on queue "jobs"');
});

test("in a task group; a producer that now waits for an item itself is none", async () => {
  const findings = await findingsOf((queue) =>
    taskGroup((group) => {
      const first = () => queue.put(1);
      const second = () => queue.put(2).then(() => consumer(queue));
      group.spawn(first, { name: "first" });
      group.spawn(second, { name: "second" });
      group.spawn(() => consumer(queue), { name: "third" });
    }).catch(() => {}),
  );

  expect(findings).toMatchObject([{ primitives: ["jobs"] }]);
  expect(findings[0]?.message).toMatch(
    /^2 \((second and third|third and second)\) wait at .*: first and second have ended or/,
  );
});

const harmless: Record<string, (queue: Queue<number | null>) => unknown> = {
  "the producer sleeps"(queue) {
    const slow = async () => {
      await queue.put(1);
      await sleep(60_000);
    };
    return gather([slow, () => consumer(queue)]);
  },
  "a server: consumers that are spawned and wait for the next request"(queue) {
    spawn(() => consumer(queue));
    spawn(() => queue.put(1));
  },
  "a server: consumers that are awaited, requests that come as tasks of their own"(queue) {
    spawn(() => queue.put(1));
    return gather([() => consumer(queue), () => consumer(queue)]);
  },
  "a server: consumers that are awaited, and filled once by who awaits them"(queue) {
    return spawn(async () => {
      await queue.put(1);
      await gather([() => consumer(queue)]);
    });
  },
  "requests that come from outside of any task"(queue) {
    void queue.put(1);
    return gather([() => queue.put(1), () => consumer(queue)]);
  },
  "a producer whose callbacks go on after its end"(queue) {
    const listening = async () => {
      await queue.put(1);
      setImmediate(() => void queue.put(2));
    };
    return gather([listening, () => consumer(queue)]);
  },
  "nothing was ever put in"(queue) {
    return gather([async () => {}, () => consumer(queue)]);
  },
  "another that is awaited with them still runs"(queue) {
    return gather([() => queue.put(1), () => consumer(queue), somethingElse]);
  },
  "the wait has a timeout"(queue) {
    return gather([() => queue.put(1), () => queue.get().then(() => queue.get({ timeout: 60_000 }))]);
  },
  "the waiting for all has a timeout"(queue) {
    const both = () => gather([() => queue.put(1), () => consumer(queue)]);
    return Promise.all([
      spawn(() => waitFor(both, 60_000)),
      wait([spawn(() => queue.put(1)), spawn(() => consumer(queue))], { timeout: 60_000 }),
    ]);
  },
  "an event that nobody has set yet"() {
    const stop = new Event("stop");
    return gather([() => stop.wait(), async () => {}]);
  },
};

test.each(Object.entries(harmless))("no endless wait: %s", async (_name, program) => {
  const findings = await findingsOf(async (queue) => await Promise.resolve(program(queue)).catch(() => {}));

  expect(findings).toEqual([]);
});

const folder = mkdtempSync(join(tmpdir(), "holdup-endless-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a process finds at its end, and how it ends. */
function endOf(program: string): { findings: Finding[]; status: number | null; stderr: string } {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const file = join(folder, "program.mts");
  writeFileSync(
    file,
    `import * as holdup from ${url("../../../primitives/src/index.ts")};
import { createObserver } from ${url("../observer.ts")};
const { Condition, Event, gather, Lock, observe, Queue, Semaphore, spawn, sleep } = holdup;
const observer = createObserver({ sitesPerSecond: Infinity });
const observing = observe(observer);
process.on("beforeExit", () => observing[Symbol.dispose]());
process.on("exit", () => console.log(JSON.stringify(observer.findings)));
${program}`,
  );
  const run = spawnSync(process.execPath, ["--conditions=@holdup/source", file], { encoding: "utf8" });
  return { findings: JSON.parse(run.stdout) as Finding[], status: run.status, stderr: run.stderr };
}

test(
  "a process that ends while something waits tells of it, and ends as it would",
  { timeout: 20_000 },
  () => {
    const { findings, status } = endOf(`
    const lock = new Lock("a");
    globalThis.hold = await lock.acquire();
    void lock.acquire();
    const queue = new Queue("jobs");
    spawn(function consumer() { return queue.get(); }, { name: "consumer" });
    await sleep(1);
    void new Event("ready").wait();
    process.exitCode = 3;
  `);

    expect(status).toBe(3);
    expect(findings.map(({ kind, primitives }) => [kind, ...primitives])).toEqual([
      ["endless-wait", "a"],
      ["endless-wait", "jobs"],
      ["endless-wait", "ready"],
    ]);
    const [lock, queue, event] = findings.map(({ message }) => message);
    expect(lock).toMatch(
      /^the process is about to exit while code outside of any task waits at \S+:11 since .*s for lock "a" \(acquire\), and code outside of any task from \S+:10 will not give it back$/,
    );
    expect(queue).toMatch(
      /consumer waits at \S+:13 since .* for queue "jobs" \(get\), and no producer is left$/,
    );
    expect(event).toMatch(/for event "ready" \(wait\), and nobody is left to set it$/);
  },
);

test(
  "a process that ends in a deadlock tells of that, and of no endless wait besides",
  { timeout: 20_000 },
  () => {
    const { findings, status } = endOf(`
    const [a, b] = [new Lock("a"), new Lock("b")];
    async function both(first, second) {
      using _first = await first.acquire();
      await sleep(1);
      await second.acquire();
    }
    await gather([() => both(a, b), () => both(b, a)]);
  `);

    expect(status).toBe(13);
    expect(findings.map(({ kind }) => kind).filter((kind) => kind !== "lock-order-inversion")).toEqual([
      "deadlock",
    ]);
  },
);

test("a process that leaves nothing waiting tells of nothing", { timeout: 20_000 }, () => {
  const { findings, status, stderr } = endOf(`
    const lock = new Lock("a");
    const first = await lock.acquire();
    const second = lock.run(() => {});
    first.release();
    await second;
  `);

  expect({ findings, status, stderr }).toEqual({ findings: [], status: 0, stderr: "" });
});

test("the end of the process is watched from the first wait until the observer is taken out", async () => {
  const before = process.listenerCount("beforeExit");
  const observing = observe(createObserver());
  const idle = process.listenerCount("beforeExit");
  const task = spawn(() => new Event("never").wait());
  await turn();
  const waiting = process.listenerCount("beforeExit");
  task.cancel();
  observing[Symbol.dispose]();

  expect([idle, waiting, process.listenerCount("beforeExit")]).toEqual([before, before + 1, before]);
});
