import { expect, test } from "vitest";
import { Lock, ManualClock, observe, Semaphore, sleep, spawn, useClock } from "@holdup/primitives";
import { createObserver } from "../observer.ts";
import { lineOf } from "./wording.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Holds are short, then one is held for `ms` while `waiters` wait. */
async function slowHold(ms: number, waiters: number, shortHolds: number) {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  const lock = new Lock("inventory");
  for (let i = 0; i < shortHolds; i++) await lock.run(() => clock.advance(10));
  observer.snapshot();

  const holder = spawn(async function reserve() {
    using _hold = await lock.acquire();
    await sleep(ms);
  });
  await turn();
  const waiting = Array.from({ length: waiters }, () => lock.run(() => {}));
  await turn();
  const seen: string[] = [];
  using _listening = observer.onFinding(({ kind }) => void seen.push(kind));
  for (let left = ms - 100; left > 0; left -= 650) {
    clock.advance(Math.min(left, 650));
    void observer.findings;
  }
  const findings = observer.findings.filter(({ kind }) => kind === "slow-hold");
  clock.advance(ms);
  await holder;
  await Promise.all(waiting);
  return findings;
}

test("a hold that lasts much longer than usual is told while it lasts, with what it does", async () => {
  const findings = await slowHold(1500, 1, 20);

  expect(findings).toMatchObject([
    { severity: "warning", primitives: ["inventory"], sites: [{ functionName: "reserve" }], count: 1 },
  ]);
  const [taken] = findings[0]?.sites.map(lineOf) ?? [];
  expect(findings[0]?.message).toBe(
    `hold of "inventory" from ${taken} lasts 1.3 s while 1 waits: 1.3 s sleeping`,
  );
});

test("a hold that three wait for is slow, whatever is usual; and counts once", async () => {
  expect(await slowHold(5000, 3, 0)).toMatchObject([
    { count: 1, message: expect.stringContaining("while 3 wait") },
  ]);
});

test("what its holder waits for is told", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  const [stock, inventory] = [new Lock("stock"), new Lock("inventory")];
  const blocker = await stock.acquire();
  const holder = spawn(() => inventory.run(() => stock.run(() => {})));
  await turn();
  const waiting = [1, 2, 3].map(() => inventory.run(() => {}));
  clock.advance(2000);

  expect(observer.findings).toContainEqual(
    expect.objectContaining({
      kind: "slow-hold",
      primitives: ["inventory"],
      message: expect.stringMatching(/lasts 2\.0 s while 3 wait: 2\.0 s waiting for stock/),
    }),
  );
  blocker.release();
  await Promise.all([holder, ...waiting]);
});

test.for<[string, [ms: number, waiters: number, shortHolds: number]]>([
  ["it is short", [900, 3, 20]],
  ["nobody waits", [5000, 0, 20]],
  ["few wait and nothing is known of others", [5000, 2, 5]],
])("a hold is not slow when %s", async ([, numbers]) => {
  expect(await slowHold(...numbers)).toEqual([]);
});

test("a hold is not slow when all are as long", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  const lock = new Lock("report");
  for (let i = 0; i < 12; i++) await lock.run(() => clock.advance(1000));
  observer.snapshot();
  const hold = await lock.acquire();
  const waiting = lock.acquire();
  clock.advance(2000);

  expect(observer.findings).toEqual([]);
  hold.release();
  (await waiting).release();
});

test("what its holder uses meanwhile is told, rather than that it sleeps", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  const [inventory, database] = [new Lock("inventory"), new Semaphore(8, "database")];
  const holder = spawn(() => inventory.run(() => database.run(() => sleep(3000))));
  await turn();
  const waiting = [1, 2, 3].map(() => inventory.run(() => {}));
  for (let i = 0; i < 2; i++) {
    clock.advance(1200);
    void observer.findings;
  }

  expect(observer.findings).toMatchObject([
    { count: 1, message: expect.stringMatching(/lasts 1\.2 s while 3 wait: 1\.2 s using database$/) },
  ]);
  clock.advance(1000);
  await Promise.all([holder, ...waiting]);
});

/** What is said of a hold of 3 s when the event loop stood still for so long of it. */
async function heldThrough(stalledMs: number): Promise<string[]> {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  const lock = new Lock("inventory");
  const holder = spawn(() => lock.run(() => sleep(4000)));
  await turn();
  const waiting = [1, 2, 3].map(() => lock.run(() => {}));
  clock.advance(3000);
  observer.loopStalled(stalledMs);
  const messages = observer.findings.map(({ message }) => message);
  clock.advance(1000);
  await Promise.all([holder, ...waiting]);
  return messages;
}

test("a hold that is slow by itself is told apart from the event loop that stood still meanwhile", async () => {
  expect(await heldThrough(1400)).toEqual([
    expect.stringMatching(/: 1\.6 s sleeping, 1\.4 s while the event loop stood still$/),
  ]);
});

test("a hold is not slow when the event loop stood still for most of it", async () => {
  expect(await heldThrough(1600)).toEqual([]);
});

test.for(["already", "not yet"])(
  "while the event loop stands still no hold is slow, if it has looked %s",
  async (looked) => {
    const observer = createObserver();
    using _observing = observe(observer);
    const lock = new Lock("inventory");
    const hold = await lock.acquire();
    const waiting = Array.from({ length: 4 }, () => lock.run(() => {}));
    if (looked === "already") await sleep(300);
    const until = performance.now() + 1500;
    while (performance.now() < until);

    expect(observer.findings).toEqual([]);
    await sleep(300);
    expect(observer.findings).toEqual([]);
    hold.release();
    await Promise.all(waiting);
  },
);
