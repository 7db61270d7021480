import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import {
  allTasks,
  Lock,
  ManualClock,
  observe,
  Semaphore,
  sleep,
  spawn,
  useClock,
  type Hold,
} from "@holdup/primitives";
import { createObserver, type HoldupObserver } from "../observer.ts";
import { lineOf } from "./wording.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

interface World extends Disposable {
  readonly clock: ManualClock;
  /** Looks `times` times, a quarter of a second and a collection apart, or until there is something. */
  look(times: number): Promise<ReturnType<typeof leaks>>;
}

const leaks = ({ findings }: HoldupObserver) => findings.filter(({ kind }) => kind === "leaked-hold");

function start(sitesPerSecond: number = Number.POSITIVE_INFINITY): World {
  const clock = new ManualClock();
  const installed = useClock(clock);
  const observer = createObserver({ sitesPerSecond });
  const observing = observe(observer);
  return {
    clock,
    async look(times) {
      for (let i = 0; i < times && leaks(observer).length === 0; i++) {
        clock.advance(250);
        observer.snapshot();
        collectGarbage();
        await turn();
      }
      return leaks(observer);
    },
    [Symbol.dispose]() {
      for (const task of allTasks()) task.cancel();
      observing[Symbol.dispose]();
      installed[Symbol.dispose]();
    },
  };
}

test("a hold whose handle is gone is leaked: where it was taken, by whom, who waits", async () => {
  using world = start();
  const lock = new Lock("accounts");
  await spawn(
    async function forget() {
      await lock.acquire();
    },
    { name: "transfer" },
  );
  void (function next() {
    return lock.acquire();
  })();

  const findings = await world.look(20);

  expect(findings).toMatchObject([
    {
      severity: "error",
      primitives: ["accounts"],
      sites: [{ functionName: "forget" }, { functionName: "next" }],
    },
  ]);
  const [taken, waited] = findings[0]?.sites.map(lineOf) ?? [];
  expect(findings[0]?.message.replace(/[\d.]+ m?s ago/, "a while ago")).toBe(
    `hold of lock "accounts", taken at ${taken} by transfer a while ago, was dropped without release: ` +
      `nobody can release it any more; 1 waits for it, the first at ${waited}`,
  );
});

test("a hold kept by code that never goes on is leaked, also if nobody waits", async () => {
  using world = start();
  const lock = new Lock("accounts");
  void (async () => {
    using _hold = await lock.acquire();
    await new Promise(() => {});
  })();

  expect(await world.look(20)).toMatchObject([{ severity: "error", primitives: ["accounts"] }]);
});

test.for([0, Number.POSITIVE_INFINITY])("a leaked hold is found among a thousand that end", async (sites) => {
  using world = start(sites);
  const lock = new Lock("accounts");
  for (let i = 0; i < 1000; i++) (await lock.acquire()).release();
  // In a function of its own: what is awaited last stays with the one that runs.
  await (async () => void (await lock.acquire()))();

  expect(await world.look(20)).toMatchObject([{ severity: "error", primitives: ["accounts"] }]);
});

test("a leaked hold is found in a line, too", async () => {
  using world = start();
  const lock = new Lock("accounts");
  const turns = Array.from({ length: 1000 }, async () => (await lock.acquire()).release());
  void lock.acquire();
  await Promise.all(turns);

  expect(await world.look(20)).toMatchObject([{ severity: "error", primitives: ["accounts"] }]);
});

test("a hold whose task has ended two seconds ago is probably forgotten, if somebody waits", async () => {
  using world = start();
  const lock = new Lock("accounts");
  const kept: Hold[] = [];
  await spawn(async () => void kept.push(await lock.acquire()), { name: "transfer" });
  expect(await world.look(10)).toEqual([]);

  const next = lock.acquire();

  expect(await world.look(8)).toEqual([]);
  expect(await world.look(2)).toMatchObject([
    {
      severity: "warning",
      message: expect.stringMatching(
        /by transfer .* ago, is probably forgotten: its task has ended; 1 waits/,
      ),
    },
  ]);
  kept[0]?.release();
  await next;
});

test.for<[string, (lock: Lock) => Promise<unknown>]>([
  ["released right before its handle is dropped", async (lock) => (await lock.acquire()).release()],
  [
    "passed to other code and released there",
    async (lock) => {
      const hold = await spawn(() => lock.acquire());
      const next = lock.acquire();
      await turn();
      hold.release();
      (await next).release();
    },
  ],
  [
    "held by a task that runs",
    async (lock) => {
      spawn(() => lock.run(() => sleep(60_000)));
      await turn();
      void lock.acquire();
    },
  ],
  ["ended by its lease", async () => void (await new Lock({ name: "leased", lease: 10_000 }).acquire())],
  [
    "no more than a signal",
    async () => {
      signal.release();
      await signal.acquire();
    },
  ],
])("no hold is leaked that is %s", async ([, program]) => {
  using world = start();
  const lock = new Lock("accounts");

  await program(lock);

  expect(await world.look(10)).toEqual([]);
});

const signal = new Semaphore(0, "signal");
