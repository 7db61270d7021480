import { expect, test } from "vitest";
import {
  Lock,
  ManualClock,
  observe,
  Queue,
  ReadWriteLock,
  resource,
  spawn,
  useClock,
  type Hold,
} from "@holdup/primitives";
import { createObserver } from "../observer.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

const kinds = new Set(["overtaking", "starvation", "writer-starvation"]);

async function findingsOf(program: (clock: ManualClock) => Promise<unknown>) {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  await program(clock);
  return observer.findings.filter(({ kind }) => kinds.has(kind));
}

// The first waits while `passers` with a higher priority go before it, one every `ms`.
async function passed(
  clock: ManualClock,
  ms: number,
  passers: number,
  first: () => Promise<Hold>,
  other: (priority: number) => Promise<Hold>,
): Promise<void> {
  let hold = await other(0);
  const waiting = spawn(async function patient() {
    (await first()).release();
  });
  await turn();
  for (let i = 0; i < passers; i++) {
    const next = other(1);
    clock.advance(ms);
    hold.release();
    hold = await next;
  }
  hold.release();
  await waiting;
}

function lockPassed(ms: number, passers: number, priority?: number) {
  const lock = new Lock("printer");
  return (clock: ManualClock) =>
    passed(
      clock,
      ms,
      passers,
      function slow() {
        return lock.acquire();
      },
      (higher) => lock.acquire({ priority: priority ?? higher }),
    );
}

test("ten that came later and went first are overtaking: primitive, waiting line, how many", async () => {
  expect(await findingsOf(lockPassed(10, 10))).toMatchObject([
    {
      kind: "overtaking",
      severity: "info",
      primitives: ["printer"],
      sites: [{ functionName: "slow" }],
      message: expect.stringMatching(
        /^10 that came later went before acquire "printer" at \S+overtaking\.test\.ts:\d+ by task-\d+, which has waited for 100 ms$/,
      ),
    },
  ]);
});

test("who is passed for long starves: by a hundred for a second, or by ten for five", async () => {
  const starves = [{ kind: "starvation", severity: "warning", sites: [{ functionName: "slow" }] }];

  expect(await findingsOf(lockPassed(11, 100))).toMatchObject(starves);
  expect(await findingsOf(lockPassed(510, 10))).toMatchObject(starves);
});

test("who starves is told of while it waits, once", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  const lock = new Lock("printer");
  let hold = await lock.acquire();
  const first = lock.acquire();
  const seen: string[] = [];
  using _listening = observer.onFinding(({ kind }) => void seen.push(kind));

  for (let i = 0; i < 20; i++) {
    const next = lock.acquire({ priority: 1 });
    clock.advance(400);
    hold.release();
    hold = await next;
    void observer.findings;
  }

  expect(seen.filter((kind) => kinds.has(kind))).toEqual(["overtaking", "starvation"]);
  hold.release();
  (await first).release();
});

test("a writer that readers go before starves", async () => {
  const routes = new ReadWriteLock("routes");

  const findings = await findingsOf((clock) =>
    passed(
      clock,
      100,
      10,
      () => routes.write(),
      (priority) => (priority === 0 ? routes.write() : routes.read({ priority })),
    ),
  );

  expect(findings).toMatchObject([
    {
      kind: "writer-starvation",
      severity: "warning",
      primitives: ["routes"],
      message: expect.stringMatching(/^10 readers that came later went before write "routes" at .* 1\.0 s$/),
    },
  ]);
});

test("a getter whose items newcomers take is overtaken", async () => {
  const jobs = new Queue<number>("jobs");

  const findings = await findingsOf(async () => {
    const slow = jobs.get();
    for (let i = 0; i < 12; i++) {
      jobs.putNowait(i);
      jobs.getNowait();
      await turn();
    }
    await jobs.put(99);
    await slow;
  });

  expect(findings).toMatchObject([{ kind: "overtaking", advice: expect.stringContaining("no claim") }]);
});

test.for<[string, (clock: ManualClock) => Promise<unknown>]>([
  ["first come, first served", lockPassed(500, 20, 0)],
  ["few pass", lockPassed(1000, 9)],
  [
    "getters pass who waits for all to be done",
    async () => {
      const jobs = new Queue<number>("jobs");
      jobs.putNowait(0);
      const done = jobs.join();
      for (let i = 0; i < 20; i++) {
        const got = jobs.get();
        if (i > 0) jobs.putNowait(i);
        await got;
        if (i > 0) jobs.taskDone();
      }
      jobs.taskDone();
      await done;
    },
  ],
  [
    "others are opened sooner",
    async () => {
      const opening: (() => void)[] = [];
      const open = resource(
        () => new Promise<void>((resolve) => void opening.push(resolve)),
        () => {},
        "db",
      );
      const opened = Array.from({ length: 20 }, () => open());
      for (const finish of opening.toReversed()) {
        finish();
        await turn();
      }
      for (const handle of opened) await (await handle)[Symbol.asyncDispose]();
    },
  ],
])("nothing is found when %s", async ([, program]) => {
  expect(await findingsOf(program)).toEqual([]);
});
