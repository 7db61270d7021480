import { create, type Domain } from "node:domain";
import bare from "async-lock";
import { array, assert, asyncProperty, boolean, constantFrom, integer, record } from "fast-check";
import { expect, test } from "vitest";
import { Event } from "@holdup/primitives";
import { journal, settles, ticks } from "../testing/journal.ts";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { asyncLock } from "./async-lock.ts";

test.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
])(
  "in a program ($form) the locks of all keys are named after one line, and their users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`async-lock.${form}`);
    const [lock, several] = [5, 11].map((line) => named[`async-lock@async-lock.${form}:${line + shift}`]);

    expect(Object.keys(named)).toHaveLength(2);
    expect(lock).toMatchObject({ type: "lock", operations: 3, contended: 1, unattributedMs: 0 });
    expect(askers(lock)).toEqual({ [6 + shift]: 1, [7 + shift]: 1, [8 + shift]: 1 });
    // Both keys were free for the first; the other waited for the second of them.
    expect(several).toMatchObject({ operations: 3, contended: 1, unattributedMs: 0 });
    expect(askers(several)).toEqual({ [12 + shift]: 2, [13 + shift]: 1 });
  },
);

test("who holds and who waits are the lines that asked, for each key by itself", async () => {
  using wrapping = new Wrapping(asyncLock, bare);
  const lock = new wrapping.exports();
  const gate = new Event();
  const holder = () => lock.acquire("a", () => gate.wait());
  const waiter = () => lock.acquire("a", (done) => done());
  const elsewhere = () => lock.acquire("b", () => gate.wait());

  const all = [holder(), waiter(), elsewhere()];
  const { holders, waiters } = wrapping.named(/^async-lock/);
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder", "elsewhere"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["waiter"]);

  gate.set();
  await Promise.all(all);
  const primitive = wrapping.named(/^async-lock/);
  expect(counts(primitive)).toEqual({ operations: 3, contended: 1, holds: 3, holding: 0, waiting: 0 });
  expect(primitive.unattributedMs).toBe(0);
  // Only the holder of the same key is to blame.
  const blamed = primitive.byHolder.filter(({ blameMs }) => blameMs > 0);
  expect(blamed.map(({ site }) => site?.functionName)).toEqual(["holder"]);
});

test("a call for several keys is one line, also for those that it has to wait for later", async () => {
  using wrapping = new Wrapping(asyncLock, bare);
  const lock = new wrapping.exports();
  const gate = new Event();
  const holder = () => lock.acquire("b", () => gate.wait());
  const within = () => lock.acquire("c", () => "within");
  const several = () => lock.acquire(["a", "b", "a"], within);

  const all = [holder(), several()];
  const { holders, waiters } = wrapping.named(/^async-lock/);
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder", "several"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["several"]);

  gate.set();
  await Promise.all(all);
  const { byWaiter, ...primitive } = wrapping.named(/^async-lock/);
  expect(counts({ byWaiter, ...primitive })).toMatchObject({
    operations: 4,
    holds: 4,
    holding: 0,
    waiting: 0,
  });
  expect(
    Object.fromEntries(byWaiter.map(({ site, operations }) => [site?.functionName, operations])),
  ).toEqual({
    holder: 1,
    several: 2,
    within: 1,
  });
});

test("who is out of time or turned away waits no more, and who works for too long holds no more", async () => {
  using wrapping = new Wrapping(asyncLock, bare);
  const lock = new wrapping.exports({ maxPending: 2 });
  const gate = new Event();
  const first = lock.acquire("a", () => gate.wait());
  const late = lock.acquire("a", () => "never", { timeout: 1 });
  const later = lock.acquire("a", () => "never", { maxOccupationTime: 1 });
  await expect(lock.acquire("a", () => "never")).rejects.toThrow("Too many pending");
  await expect(late).rejects.toThrow("timed out in queue");
  await expect(later).rejects.toThrow("occupation time");
  const known = () => counts(wrapping.named(/^async-lock/));
  expect(known()).toMatchObject({ operations: 4, contended: 2, holding: 1, waiting: 0 });
  gate.set();
  await first;

  const slow = lock.acquire("a", () => new Promise(() => {}), { maxExecutionTime: 1 });
  const next = lock.acquire("a", () => "next");
  await expect(slow).rejects.toThrow("execution time");
  await next;
  expect(known()).toMatchObject({ operations: 6, holding: 0, waiting: 0 });
  const slowAlone = lock.acquire("a", () => new Promise(() => {}), { maxExecutionTime: 1 });
  await expect(slowAlone).rejects.toThrow("execution time");
  await new Promise((resolve) => void setImmediate(resolve));
  expect(known()).toMatchObject({ operations: 7, holding: 0, waiting: 0 });
});

test("keys without end are counted as one, and who holds one of them is not forgotten meanwhile", async () => {
  using wrapping = new Wrapping(asyncLock, bare);
  const lock = new wrapping.exports();
  const gate = new Event();
  const first = lock.acquire("first", () => gate.wait());
  for (let i = 0; i < 500; i++) await lock.acquire(`key ${i}`, () => "done");
  const waiting = lock.acquire("first", () => "next");
  expect(counts(wrapping.named(/^async-lock/))).toMatchObject({ operations: 501, holding: 1, waiting: 1 });
  gate.set();
  await Promise.all([first, waiting]);
  expect(counts(wrapping.named(/^async-lock/))).toEqual({
    operations: 502,
    contended: 1,
    holds: 502,
    holding: 0,
    waiting: 0,
  });
});

test("who has the lock already, in the same domain, does not ask for it", async () => {
  using wrapping = new Wrapping(asyncLock, bare);
  const lock = new wrapping.exports({ domainReentrant: true });
  const domain: Domain = create();
  const nested = await domain.run(() => lock.acquire("a", () => lock.acquire("a", () => "again")));
  expect(nested).toBe("again");
  expect(counts(wrapping.only)).toEqual({ operations: 1, contended: 0, holds: 1, holding: 0, waiting: 0 });
});

test("the class stays what it is, subclasses too, and unwrapping restores it", async () => {
  const { prototype } = bare;
  const before = [bare, prototype].map(Object.getOwnPropertyDescriptors);
  {
    using wrapping = new Wrapping(asyncLock, bare);
    const AsyncLock = wrapping.exports;
    class Named extends AsyncLock {}
    const named = new Named();
    expect(named).toBeInstanceOf(Named);
    expect(named).toBeInstanceOf(bare);
    expect(new AsyncLock().constructor).toBe(AsyncLock);
    expect([AsyncLock.name, AsyncLock.length]).toEqual([bare.name, bare.length]);
    const original = before[1]?.["acquire"]?.value as { name: string; length: number };
    expect([prototype.acquire.name, prototype.acquire.length]).toEqual([original.name, original.length]);
    await named.acquire("a", () => "done");
    expect(wrapping.only.operations).toBe(1);
  }
  expect([bare, prototype].map(Object.getOwnPropertyDescriptors)).toEqual(before);
});

const user = record({
  keys: constantFrom<string | string[]>("a", "b", ["a", "b"], ["b", "a", "b"], ["c"], []),
  how: constantFrom(
    "returns",
    "throws",
    "resolves",
    "rejects",
    "calls back",
    "calls back late",
    "fails back",
  ),
  calledBack: boolean(),
  skipQueue: boolean(),
  hold: integer({ min: 0, max: 4 }),
  pause: integer({ min: 0, max: 3 }),
});
interface User {
  keys: string | string[];
  how: string;
  calledBack: boolean;
  skipQueue: boolean;
  hold: number;
  pause: number;
}

test(
  "no program can tell that it is wrapped: the same results in the same microtasks",
  { timeout },
  async () => {
    await assert(
      asyncProperty(integer({ min: 1, max: 3 }), array(user, { maxLength: 8 }), async (maxPending, users) => {
        const expected = await journal((note) => run(bare, maxPending, users, note));
        using wrapping = new Wrapping(asyncLock, bare);
        expect(await journal((note) => run(wrapping.exports, maxPending, users, note))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  },
);

async function run(
  AsyncLock: typeof bare,
  maxPending: number,
  users: readonly User[],
  note: (what: string) => void,
): Promise<void> {
  const lock = new AsyncLock({ maxPending });
  const all: Promise<void>[] = [];
  for (const [i, each] of users.entries()) {
    all.push(settles(`${i}`, note, () => use(lock, each, `${i}`, note)));
    note(`${lock.isBusy("a")} ${lock.isBusy("b")}`);
    await ticks(each.pause);
  }
  await Promise.all(all);
}

async function use(
  lock: bare,
  { keys, how, calledBack, skipQueue, hold }: User,
  name: string,
  note: (what: string) => void,
): Promise<unknown> {
  const work =
    how.endsWith("back") || how.endsWith("late") ? callingBack(how, hold) : working(how, hold, name);
  const noted = (done: Done): unknown => {
    note(`${name} works`);
    return work(done);
  };
  // The library asks for it.
  Object.defineProperty(noted, "length", { value: work.length });
  // A promise that is returned for no key is nobody's, if it is not the library's.
  if (!calledBack || keys.length === 0) return lock.acquire(keys, noted, { skipQueue });
  return new Promise((resolve, reject) => {
    lock.acquire(
      keys,
      noted,
      (error, result) => {
        note(`${name} is called back`);
        if (error) reject(error);
        else resolve(result);
      },
      { skipQueue },
    );
  });
}

function working(how: string, hold: number, name: string): () => unknown {
  return () => {
    if (how === "returns") return name;
    if (how === "throws") throw new Error(name);
    return ticks(hold).then(() => {
      if (how === "rejects") throw new Error(name);
      return name;
    });
  };
}

type Done = (error: Error | null, result?: string) => void;

function callingBack(how: string, hold: number): (done: Done) => unknown {
  return (done) => {
    if (how === "calls back") done(null, "at once");
    else void late();
    async function late(): Promise<void> {
      await ticks(hold);
      done(how === "fails back" ? new Error("back") : null, "late");
    }
  };
}
