import { array, assert, asyncProperty, boolean, constantFrom, integer, record } from "fast-check";
import { expect, test } from "vitest";
import { Event } from "@holdup/primitives";
import { ticks } from "../testing/journal.ts";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { webLocks } from "./web-locks.ts";

interface Options {
  mode?: "exclusive" | "shared";
  ifAvailable?: boolean;
  steal?: boolean;
  signal?: AbortSignal;
}
interface Locks {
  request<T>(name: string, callback: (lock: object | null) => T | Promise<T>): Promise<T>;
  request<T>(name: string, options: Options, callback: (lock: object | null) => T | Promise<T>): Promise<T>;
}
const { locks } = navigator as unknown as { locks: Locks };
const here = test.skipIf(locks === undefined);

here.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 3 },
])(
  "in a program ($form) every lock has its own name, and its users are counted",
  { timeout },
  async ({ form, shift }) => {
    const { accounts, "cart-*": cart, table } = await runWrapped(`web-locks.${form}`);

    expect(accounts).toMatchObject({ type: "rwlock", operations: 1, contended: 0 });
    expect(cart).toMatchObject({ operations: 2, contended: 1, unattributedMs: 0 });
    expect(table).toMatchObject({ operations: 2, contended: 0 });
    expect(askers(accounts)).toEqual({ [7 + shift]: 1 });
    expect(askers(cart)).toEqual({ [8 + shift]: 2 });
  },
);

here("who holds and who waits are the lines that asked, readers together", async () => {
  using wrapping = new Wrapping(webLocks, {});
  const gate = new Event();
  const started = new Event();
  const writer = () =>
    locks.request("table", async () => {
      started.set();
      await gate.wait();
    });
  const reader = () => locks.request("table", { mode: "shared" }, async () => "read");

  const all = [writer(), reader(), reader()];
  await started.wait();
  const { holders, waiters } = wrapping.named(/^table$/);
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["writer"]);
  expect(waiters.map(({ site, operation }) => [site?.functionName, operation])).toEqual([
    ["reader", "read"],
    ["reader", "read"],
  ]);
  gate.set();
  await Promise.all(all);
  const counted = { operations: 3, contended: 2, holds: 3, holding: 0, waiting: 0 };
  expect(counts(wrapping.named(/^table$/))).toEqual(counted);
});

here("who is aborted, turned away or robbed neither waits nor holds", async () => {
  using wrapping = new Wrapping(webLocks, {});
  const gate = new Event();
  const started = new Event();
  const abort = new AbortController();
  const first = locks.request("table", () => {
    started.set();
    return gate.wait();
  });
  await started.wait();
  const late = locks.request("table", { signal: abort.signal }, () => "never");
  abort.abort(new Error("enough"));
  await expect(late).rejects.toThrow("enough");
  expect(await locks.request("table", { ifAvailable: true }, (lock) => lock)).toBeNull();
  expect(counts(wrapping.named(/^table$/))).toMatchObject({
    operations: 3,
    contended: 1,
    holding: 1,
    waiting: 0,
  });

  const stolen = locks.request("table", { steal: true }, () => ticks(1));
  await expect(first).rejects.toMatchObject({ name: "AbortError" });
  await stolen;
  // It goes on, without the lock.
  expect(counts(wrapping.named(/^table$/))).toMatchObject({ holding: 0, waiting: 0 });
  gate.set();
  await expect(locks.request("-bad", () => "never")).rejects.toThrow();
  expect(counts(wrapping.named(/^table$/))).toMatchObject({ contended: 1, holding: 0, waiting: 0 });
});

here("the method stays what it is, and unwrapping restores it", () => {
  const prototype = Object.getPrototypeOf(locks) as object;
  const before = Object.getOwnPropertyDescriptors(prototype);
  {
    using _wrapping = new Wrapping(webLocks, {});
    expect(Object.getOwnPropertyDescriptors(prototype)).not.toEqual(before);
    expect([locks.request.name, locks.request.length]).toEqual(["request", 2]);
  }
  expect(Object.getOwnPropertyDescriptors(prototype)).toEqual(before);
});

const user = record({
  mode: constantFrom<"exclusive" | "shared">("exclusive", "shared"),
  ifAvailable: boolean(),
  throws: boolean(),
  hold: integer({ min: 0, max: 3 }),
});
interface User {
  mode: "exclusive" | "shared";
  ifAvailable: boolean;
  throws: boolean;
  hold: number;
}

here("no program can tell that it is wrapped: the same results in the same order", { timeout }, async () => {
  await assert(
    asyncProperty(array(user, { maxLength: 6 }), async (users) => {
      const expected = await run(users);
      using _wrapping = new Wrapping(webLocks, {});
      expect(await run(users)).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

async function run(users: readonly User[]): Promise<string[]> {
  const notes: string[] = [];
  const all = users.map(({ mode, ifAvailable, throws, hold }, i) =>
    locks.request("shared", { mode, ifAvailable }, async (lock) => {
      notes.push(`${i} ${lock === null ? "has not" : "has"} it`);
      await ticks(hold);
      if (throws) throw new Error(`${i}`);
      return i;
    }),
  );
  const results = await Promise.allSettled(all);
  return [...notes, ...results.map((result) => JSON.stringify(result))];
}
