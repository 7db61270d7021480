import * as bare from "async-mutex";
import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { expect, test } from "vitest";
import { journal, settles, ticks } from "../testing/journal.ts";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { asyncMutex } from "./async-mutex.ts";

test.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
])(
  "in a program ($form) a mutex is a lock, and its users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`async-mutex.${form}`);
    const [mutex, semaphore, busy] = [3, 11, 17].map(
      (line) => named[`async-mutex@async-mutex.${form}:${line + shift}`],
    );

    expect(Object.keys(named)).toHaveLength(3);
    expect(mutex).toMatchObject({ type: "lock", operations: 3, contended: 2, unattributedMs: 0 });
    expect(askers(mutex)).toEqual({ [4 + shift]: 1, [5 + shift]: 1, [6 + shift]: 1 });
    expect(semaphore).toMatchObject({ type: "semaphore", operations: 2, contended: 1 });
    expect(askers(semaphore)).toEqual({ [12 + shift]: 1, [13 + shift]: 1 });
    expect(busy).toMatchObject({ type: "lock", operations: 3, contended: 2 });
    // Those that gave up have held nothing, though the library lets them in for an instant.
    expect(busy?.byHolder).toMatchObject([{ site: { lineNumber: 18 + shift }, holds: 1 }]);
  },
);

test("who holds and who waits are the lines that asked, also through runExclusive and withTimeout", async () => {
  using wrapping = new Wrapping(asyncMutex, bare);
  const mutex = new wrapping.exports.Mutex();
  const holder = () => mutex.acquire();
  const exclusive = () => mutex.runExclusive(() => "done");
  const patient = () => wrapping.exports.withTimeout(mutex, 60_000).runExclusive(() => "done");

  const release = await holder();
  const all = [exclusive(), patient()];
  const { holders, waiters } = wrapping.only;
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["exclusive", "patient"]);

  release();
  await Promise.all(all);
  expect(counts(wrapping.only)).toEqual({ operations: 3, contended: 2, holds: 3, holding: 0, waiting: 0 });
});

test("a release without a releaser ends the oldest hold of that weight; a second call of a releaser ends none", async () => {
  using wrapping = new Wrapping(asyncMutex, bare);
  const semaphore = new wrapping.exports.Semaphore(3);
  const one = () => semaphore.acquire(1);
  const two = () => semaphore.acquire(2);
  await one();
  const [, release] = await two();
  const holding = () => wrapping.only.holders.map(({ site }) => site?.functionName);
  expect(holding()).toEqual(["one", "two"]);

  semaphore.release(1);
  expect(holding()).toEqual(["two"]);
  release();
  release();
  expect(holding()).toEqual([]);
  expect(semaphore.getValue()).toBe(3);
});

test("cancelled waiters wait no more", async () => {
  using wrapping = new Wrapping(asyncMutex, bare);
  const mutex = new wrapping.exports.Mutex();
  await mutex.acquire();
  const waiting = mutex.acquire();
  mutex.cancel();

  await expect(waiting).rejects.toBe(bare.E_CANCELED);
  expect(counts(wrapping.only)).toEqual({ operations: 2, contended: 1, holds: 0, holding: 1, waiting: 0 });
});

test("classes stay what they are, subclasses too, and unwrapping restores them", async () => {
  const { prototype } = bare.Semaphore;
  const before = Object.getOwnPropertyDescriptors(prototype);
  {
    using wrapping = new Wrapping(asyncMutex, bare);
    const { Mutex, Semaphore } = wrapping.exports;
    class Named extends Mutex {}
    const named = new Named();
    expect(named).toBeInstanceOf(Named);
    expect(named).toBeInstanceOf(Mutex);
    expect(named).toBeInstanceOf(bare.Mutex);
    expect(new Mutex().constructor).toBe(Mutex);
    expect([Mutex.name, Mutex.length, Semaphore.name, Semaphore.length]).toEqual([
      bare.Mutex.name,
      bare.Mutex.length,
      bare.Semaphore.name,
      bare.Semaphore.length,
    ]);
    for (const [name, { value }] of Object.entries(before)) {
      const wrapped = Object.getOwnPropertyDescriptor(prototype, name)?.value as {
        name: string;
        length: number;
      };
      expect([wrapped.name, wrapped.length]).toEqual([value.name, value.length]);
    }
    (await named.acquire())();
    expect(wrapping.only.operations).toBe(1);
  }
  expect(Object.getOwnPropertyDescriptors(prototype)).toEqual(before);
});

const actor = record({
  how: constantFrom(
    "releaser",
    "twice",
    "release",
    "exclusive",
    "throws",
    "cancels",
    "raises",
    "unlocked",
    "bad",
  ),
  weight: integer({ min: 1, max: 3 }),
  priority: integer({ min: 0, max: 2 }),
  hold: integer({ min: 0, max: 4 }),
  pause: integer({ min: 0, max: 3 }),
});
interface Actor {
  how: string;
  weight: number;
  priority: number;
  hold: number;
  pause: number;
}

test(
  "no program can tell that it is wrapped: the same results in the same microtasks",
  { timeout },
  async () => {
    const actors = array(actor, { maxLength: 10 });
    await assert(
      asyncProperty(integer({ min: 1, max: 3 }), actors, async (value, all) => {
        const expected = await journal((note) => run(bare, value, all, note));
        using wrapping = new Wrapping(asyncMutex, bare);
        expect(await journal((note) => run(wrapping.exports, value, all, note))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  },
);

async function run(
  { Mutex, Semaphore }: typeof bare,
  value: number,
  actors: readonly Actor[],
  note: (what: string) => void,
): Promise<void> {
  const mutex = new Mutex();
  const semaphore = new Semaphore(value);
  const all: Promise<void>[] = [];
  for (const [i, each] of actors.entries()) {
    all.push(settles(`${i} of the semaphore`, note, () => act(semaphore, each, note)));
    all.push(settles(`${i} of the mutex`, note, () => exclude(mutex, each)));
    await ticks(each.pause);
    note(`${semaphore.getValue()} ${mutex.isLocked()}`);
  }
  await Promise.all(all);
}

async function act(
  semaphore: bare.Semaphore,
  { how, weight, priority, hold }: Actor,
  note: (what: string) => void,
): Promise<unknown> {
  if (how === "cancels") return semaphore.cancel();
  if (how === "raises") return semaphore.setValue(weight);
  if (how === "bad") return semaphore.acquire(-weight);
  if (how === "unlocked") return semaphore.waitForUnlock(weight, priority);
  if (how === "exclusive" || how === "throws") {
    const work = async (before: number): Promise<number> => {
      await ticks(hold);
      if (how === "throws") throw new Error("work");
      return before;
    };
    return semaphore.runExclusive(work, weight, priority);
  }
  const [before, release] = await semaphore.acquire(weight, priority);
  note(`${before} were free`);
  await ticks(hold);
  if (how === "release") semaphore.release(weight);
  else release();
  if (how === "twice") release();
  return before;
}

async function exclude(mutex: bare.Mutex, { how, priority, hold }: Actor): Promise<unknown> {
  if (how === "cancels") return mutex.cancel();
  if (how === "release") return mutex.release();
  const release = await mutex.acquire(priority);
  await ticks(hold);
  return release();
}
