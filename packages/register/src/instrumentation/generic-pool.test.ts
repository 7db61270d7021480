import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import bare from "generic-pool";
import { expect, test } from "vitest";
import { journal, settles, ticks } from "../testing/journal.ts";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { genericPool } from "./generic-pool.ts";

test.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 2 },
])(
  "in a program ($form) every pool is named after its line, and its users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`generic-pool.${form}`);
    const [pool, other] = [9, 18].map((line) => named[`generic-pool@generic-pool.${form}:${line + shift}`]);

    expect(Object.keys(named)).toHaveLength(2);
    expect(pool).toMatchObject({ type: "pool", operations: 3, contended: 2 });
    expect(askers(pool)).toEqual({ [10 + shift]: 1, [11 + shift]: 1, [12 + shift]: 1 });
    expect(other).toMatchObject({ operations: 1, contended: 0 });
    expect(askers(other)).toEqual({ [19 + shift]: 1 });
  },
);

const { PriorityQueue } = bare as unknown as { PriorityQueue: { prototype: object } };
const factory = { create: async () => ({}), destroy: async () => {} };

test("who holds and who waits are the lines that asked, also through use", async () => {
  using wrapping = new Wrapping(genericPool, bare);
  const pool = wrapping.exports.createPool(factory, { max: 1 });
  const holder = () => pool.acquire();
  const waiter = () => pool.acquire();
  const user = () => pool.use(async () => "done");

  const first = await holder();
  const all = [waiter().then((resource) => pool.release(resource)), user()];
  const { holders, waiters } = wrapping.only;
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["waiter", "user"]);

  await pool.release(first);
  await Promise.all(all);
  expect(counts(wrapping.only)).toEqual({ operations: 3, contended: 2, holds: 3, holding: 0, waiting: 0 });
  expect(wrapping.only.unattributedMs).toBe(0);
});

test("a resource that is being made for someone is theirs: who comes meanwhile waits for them", async () => {
  using wrapping = new Wrapping(genericPool, bare);
  const pool = wrapping.exports.createPool(factory, { max: 1 });
  const first = pool.acquire();
  const second = pool.acquire();
  expect(counts(wrapping.only)).toMatchObject({ holding: 1, waiting: 1 });
  await pool.release(await first);
  await pool.release(await second);
});

test("who is out of time or turned away waits no more", async () => {
  using wrapping = new Wrapping(genericPool, bare);
  const options = { max: 1, acquireTimeoutMillis: 1, maxWaitingClients: 1 };
  const pool = wrapping.exports.createPool(factory, options);
  const first = await pool.acquire();
  const late = pool.acquire();
  await expect(pool.acquire()).rejects.toThrow("max waitingClients");
  await expect(late).rejects.toThrow("timed out");
  await pool.release(first);
  const drained = pool.drain();
  await expect(pool.acquire()).rejects.toThrow("draining");
  await drained;
  expect(counts(wrapping.only)).toEqual({ operations: 4, contended: 1, holds: 1, holding: 0, waiting: 0 });
});

test("classes and functions stay what they are, and unwrapping restores them", async () => {
  const { prototype } = bare.Pool;
  const before = [bare, prototype, PriorityQueue.prototype].map(Object.getOwnPropertyDescriptors);
  {
    using wrapping = new Wrapping(genericPool, bare);
    const { Pool, createPool } = wrapping.exports;
    const pool = createPool(factory, { max: 1 });
    expect(pool).toBeInstanceOf(Pool);
    expect(pool.constructor).toBe(Pool);
    expect([Pool.name, Pool.length, createPool.name, createPool.length]).toEqual([
      "Pool",
      5,
      "createPool",
      2,
    ]);
    for (const name of ["acquire", "release", "destroy"] as const) {
      expect([prototype[name].name, prototype[name].length]).toEqual([name, 1]);
    }
    await pool.use(async () => {});
    expect(wrapping.only.operations).toBe(1);
  }
  expect([bare, prototype, PriorityQueue.prototype].map(Object.getOwnPropertyDescriptors)).toEqual(before);
});

const user = record({
  how: constantFrom("release", "destroy", "use", "throws", "foreign"),
  priority: integer({ min: 0, max: 2 }),
  hold: integer({ min: 0, max: 4 }),
  pause: integer({ min: 0, max: 3 }),
});
interface User {
  how: string;
  priority: number;
  hold: number;
  pause: number;
}
const settings = record({ max: integer({ min: 1, max: 3 }), failing: integer({ min: 2, max: 5 }) });

test(
  "no program can tell that it is wrapped: the same results in the same microtasks",
  { timeout },
  async () => {
    await assert(
      asyncProperty(settings, array(user, { maxLength: 8 }), async (plan, users) => {
        const expected = await journal((note) => run(bare, plan, users, note));
        using wrapping = new Wrapping(genericPool, bare);
        expect(await journal((note) => run(wrapping.exports, plan, users, note))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  },
);

async function run(
  { createPool }: typeof bare,
  { max, failing }: { max: number; failing: number },
  users: readonly User[],
  note: (what: string) => void,
): Promise<void> {
  let made = 0;
  const pool = createPool(
    {
      create: async () => {
        await ticks(2);
        if (++made % failing === 0) throw new Error(`no ${made}`);
        return { id: made };
      },
      destroy: async ({ id }) => note(`${id} is destroyed`),
    },
    { max, maxWaitingClients: 4, priorityRange: 3 },
  );
  pool.on("factoryCreateError", (error) => note(String(error)));
  const all: Promise<void>[] = [];
  for (const [i, { how, priority, hold, pause }] of users.entries()) {
    const work = async ({ id }: { id: number }): Promise<number> => {
      note(`${i} has ${id}`);
      await ticks(hold);
      if (how === "throws") throw new Error("work");
      return id;
    };
    const use = async (): Promise<unknown> => {
      // Its types leave the priority out.
      const options = [work, priority] as unknown as [typeof work];
      if (how === "use" || how === "throws") return pool.use(...options);
      const resource = await pool.acquire(priority);
      await work(resource);
      if (how === "destroy") return pool.destroy(resource);
      await pool.release(resource);
      return how === "foreign" ? pool.release({ id: 0 }) : undefined;
    };
    all.push(settles(`${i}`, note, use));
    note(`${pool.pending} ${pool.borrowed} ${pool.available}`);
    await ticks(pause);
  }
  await Promise.all(all);
}
