import * as bare from "async-sema";
import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { expect, test } from "vitest";
import { journal, settles, ticks } from "../testing/journal.ts";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { asyncSema } from "./async-sema.ts";

test.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
])(
  "in a program ($form) every semaphore and rate limit is named after its line, and its users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`async-sema.${form}`);
    const [sema, pool, limit] = [3, 14, 21].map(
      (line) => named[`async-sema@async-sema.${form}:${line + shift}`],
    );

    expect(Object.keys(named)).toHaveLength(3);
    // A token that was not there to be tried for is nothing that was waited for.
    expect(sema).toMatchObject({ type: "semaphore", operations: 3, contended: 1, unattributedMs: 0 });
    expect(askers(sema)).toEqual({ [4 + shift]: 1, [5 + shift]: 1, [9 + shift]: 1 });
    expect(pool).toMatchObject({ operations: 3, contended: 1, unattributedMs: 0 });
    expect(askers(pool)).toEqual({ [15 + shift]: 2, [16 + shift]: 1 });
    expect(limit).toMatchObject({ operations: 3, contended: 2, unattributedMs: 0 });
    expect(askers(limit)).toEqual({ [22 + shift]: 1, [23 + shift]: 2 });
    expect(limit?.blockedMs).toBeGreaterThan(0);
  },
);

test("who holds and who waits are the lines that asked", async () => {
  using wrapping = new Wrapping(asyncSema, bare);
  const sema = new wrapping.exports.Sema(1);
  const holder = () => sema.acquire();
  const waiter = () => sema.acquire();

  await holder();
  const waiting = waiter();
  const { holders, waiters } = wrapping.only;
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site, operation }) => [site?.functionName, operation])).toEqual([
    ["waiter", "acquire"],
  ]);

  sema.release();
  await waiting;
  sema.release();
  expect(counts(wrapping.only)).toEqual({ operations: 2, contended: 1, holds: 2, holding: 0, waiting: 0 });
  expect(wrapping.only.unattributedMs).toBe(0);
});

test("a token of the program's own says whose hold is over, also when it comes back later than another", async () => {
  using wrapping = new Wrapping(asyncSema, bare);
  const tokens = ["a", "b"];
  const sema = new wrapping.exports.Sema(2, { initFn: () => tokens.shift() });
  const first = () => sema.acquire();
  const second = () => sema.acquire();
  const third = () => sema.acquire();
  const holding = () => wrapping.only.holders.map(({ site }) => site?.functionName);
  const one = await first();
  const other = await second();

  const waiting = third();
  sema.release(other);
  expect(holding()).toEqual(["first", "third"]);
  sema.release(await waiting);
  expect(holding()).toEqual(["first"]);
  sema.release(one);
  expect(holding()).toEqual([]);
});

test("a semaphore without tokens is a signal: who waits for a release without a hold is followed, too", async () => {
  using wrapping = new Wrapping(asyncSema, bare);
  const sema = new wrapping.exports.Sema(0);
  const waiting = [sema.acquire(), sema.acquire()];
  expect(counts(wrapping.only)).toMatchObject({ holding: 0, waiting: 2 });
  sema.release();
  expect(counts(wrapping.only)).toMatchObject({ holding: 1, waiting: 1 });
  sema.release();
  await Promise.all(waiting);
  sema.release();
  expect(counts(wrapping.only)).toEqual({ operations: 2, contended: 2, holds: 2, holding: 0, waiting: 0 });
});

test("classes and functions stay what they are, and unwrapping restores them", async () => {
  const { prototype } = bare.Sema;
  const before = [bare, prototype].map(Object.getOwnPropertyDescriptors);
  const limit = bare.RateLimit(1);
  {
    using wrapping = new Wrapping(asyncSema, bare);
    const { Sema, RateLimit } = wrapping.exports;
    class Named extends Sema {}
    const named = new Named(1);
    expect(named).toBeInstanceOf(bare.Sema);
    expect(new Sema(1).constructor).toBe(Sema);
    expect([Sema.name, Sema.length]).toEqual([bare.Sema.name, bare.Sema.length]);
    expect([RateLimit.name, RateLimit.length]).toEqual([bare.RateLimit.name, bare.RateLimit.length]);
    expect([RateLimit(1).name, RateLimit(1).length]).toEqual([limit.name, limit.length]);
    for (const name of ["acquire", "tryAcquire", "release"] as const) {
      const original = before[1]?.[name]?.value as { name: string; length: number };
      expect([prototype[name].name, prototype[name].length]).toEqual([original.name, original.length]);
    }
    await named.acquire();
    expect(wrapping.only.operations).toBe(1);
  }
  expect([bare, prototype].map(Object.getOwnPropertyDescriptors)).toEqual(before);
});

const actor = record({
  how: constantFrom("acquires", "tries", "drains", "forgets", "returns too much", "another's"),
  hold: integer({ min: 0, max: 4 }),
  pause: integer({ min: 0, max: 3 }),
});
interface Actor {
  how: string;
  hold: number;
  pause: number;
}
const kind = constantFrom("plain", "tokens", "pausing");

test(
  "no program can tell that it is wrapped: the same results in the same microtasks",
  { timeout },
  async () => {
    await assert(
      asyncProperty(
        integer({ min: 0, max: 3 }),
        kind,
        array(actor, { maxLength: 10 }),
        async (count, of, all) => {
          const expected = await journal((note) => run(bare, count, of, all, note));
          using wrapping = new Wrapping(asyncSema, bare);
          expect(await journal((note) => run(wrapping.exports, count, of, all, note))).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  },
);

async function run(
  { Sema }: typeof bare,
  count: number,
  of: string,
  actors: readonly Actor[],
  note: (what: string) => void,
): Promise<void> {
  let made = 0;
  const sema = new Sema(count, {
    ...(of === "tokens" ? { initFn: () => `token ${++made}` } : {}),
    ...(of === "pausing" ? { pauseFn: () => note("pauses"), resumeFn: () => note("resumes") } : {}),
  });
  const all: Promise<void>[] = [];
  for (const [i, each] of actors.entries()) {
    all.push(settles(`${i}`, note, () => act(sema, each)));
    note(`${sema.nrWaiting()}`);
    await ticks(each.pause);
  }
  await Promise.all(all);
}

async function act(sema: bare.Sema, { how, hold }: Actor): Promise<unknown> {
  if (how === "returns too much") return sema.release("one more");
  if (how === "drains") {
    for (const token of await sema.drain()) sema.release(token as string);
    return "drained";
  }
  const token = (how === "tries" ? sema.tryAcquire() : await sema.acquire()) as string | undefined;
  await ticks(hold);
  if (how === "another's") sema.release("another");
  else if (how !== "forgets" && token !== undefined) sema.release(token);
  return token;
}
