import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import bare, { type Pool } from "tarn";
import { expect, test } from "vitest";
import { journal, settles, ticks } from "../testing/journal.ts";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { tarn } from "./tarn.ts";

const forms = [
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
];

test.each(forms)(
  "in a program ($form) every pool is named after its line, and its users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`tarn.${form}`);
    const name = `tarn@tarn.${form}:${5 + shift}`;

    expect(Object.keys(named)).toEqual([name]);
    expect(named[name]).toMatchObject({ type: "pool", operations: 3, contended: 2, unattributedMs: 0 });
    expect(askers(named[name])).toEqual({ [6 + shift]: 1, [7 + shift]: 1, [8 + shift]: 1 });
  },
);

const { MYSQL_HOST, MYSQL_PORT, MYSQL_USER } = process.env;
const noDatabase = MYSQL_HOST === undefined;
if (noDatabase)
  process.stderr.write("knex: MYSQL_HOST names no MariaDB or MySQL; what needs one is skipped\n");

test.skipIf(noDatabase).each(forms)(
  "in a program ($form) that uses knex, those who wait are the lines that built a query or began a transaction",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`knex.${form}`, { MYSQL_HOST, MYSQL_PORT, MYSQL_USER });
    const pool = named[`tarn@knex.${form}:${6 + shift}`];

    expect(pool).toMatchObject({ type: "pool", operations: 5, contended: 3, unattributedMs: 0 });
    expect(askers(pool)).toEqual({ [7 + shift]: 3, [9 + shift]: 1, [10 + shift]: 1 });
  },
);

type Resource = { id: number };
type Options = Partial<ConstructorParameters<typeof bare.Pool<Resource>>[0]>;

function poolOf({ Pool }: typeof bare, options: Options): Pool<Resource> {
  let id = 0;
  return new Pool({
    create: async () => ({ id: ++id }),
    destroy: () => undefined,
    min: 0,
    max: 1,
    ...options,
  });
}

test("who holds and who waits are the lines that asked", async () => {
  using wrapping = new Wrapping(tarn, bare);
  const pool = poolOf(wrapping.exports, {});
  const holder = () => pool.acquire();
  const waiter = () => pool.acquire();

  const first = holder();
  // It is being made for the first, who has it already.
  const second = waiter();
  const { holders, waiters } = wrapping.only;
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["waiter"]);

  pool.release(await first.promise);
  pool.release(await second.promise);
  expect(counts(wrapping.only)).toEqual({ operations: 2, contended: 1, holds: 2, holding: 0, waiting: 0 });
  expect(wrapping.only.unattributedMs).toBe(0);
  await pool.destroy();
});

test("who is out of time, gives up or is given up on neither waits nor holds", async () => {
  using wrapping = new Wrapping(tarn, bare);
  const pool = poolOf(wrapping.exports, { acquireTimeoutMillis: 1 });
  const first = await pool.acquire().promise;
  await expect(pool.acquire().promise).rejects.toThrow("timed out");
  const given = pool.acquire();
  given.abort();
  await expect(given.promise).rejects.toThrow("aborted");
  expect(counts(wrapping.only)).toMatchObject({ operations: 3, contended: 2, holding: 1, waiting: 0 });
  expect(pool.release({ id: 0 })).toBe(false);
  pool.release(first);
  pool.release(first);
  await pool.destroy();

  const broken = poolOf(wrapping.exports, {
    create: async () => {
      throw new Error("no resource");
    },
    propagateCreateError: true,
  });
  await expect(broken.acquire().promise).rejects.toThrow("no resource");
  await broken.destroy();
  const ended = broken.acquire();
  ended.abort();
  await expect(ended.promise).rejects.toThrow("aborted");
  const { holders, waiters, operations } = wrapping.named(/:\d+$/);
  expect([holders, waiters, operations]).toEqual([[], [], 5]);
});

test("the class stays what it is, subclasses too, and unwrapping restores it", async () => {
  const { prototype } = bare.Pool;
  const before = [bare, prototype].map(Object.getOwnPropertyDescriptors);
  {
    using wrapping = new Wrapping(tarn, bare);
    const { Pool } = wrapping.exports;
    class Named extends Pool<Resource> {}
    const named = new Named({ create: () => ({ id: 1 }), destroy: () => undefined, min: 0, max: 1 });
    expect(named).toBeInstanceOf(Named);
    expect(named).toBeInstanceOf(bare.Pool);
    expect(poolOf(wrapping.exports, {}).constructor).toBe(Pool);
    expect([Pool.name, Pool.length]).toEqual([bare.Pool.name, bare.Pool.length]);
    for (const name of ["acquire", "release", "_doAcquire"] as const) {
      const original = before[1]?.[name]?.value as { name: string; length: number };
      const wrapped = Reflect.get(prototype, name) as { name: string; length: number };
      expect([wrapped.name, wrapped.length]).toEqual([original.name, original.length]);
    }
    named.release(await named.acquire().promise);
    expect(wrapping.only.operations).toBe(1);
    await named.destroy();
  }
  expect([bare, prototype].map(Object.getOwnPropertyDescriptors)).toEqual(before);
});

const user = record({
  how: constantFrom("releases", "aborts", "aborts late", "releases twice", "foreign"),
  hold: integer({ min: 0, max: 4 }),
  pause: integer({ min: 0, max: 3 }),
});
interface User {
  how: string;
  hold: number;
  pause: number;
}
const settings = record({ max: integer({ min: 1, max: 3 }), validation: integer({ min: 0, max: 3 }) });

test(
  "no program can tell that it is wrapped: the same results in the same microtasks",
  { timeout },
  async () => {
    await assert(
      asyncProperty(settings, array(user, { maxLength: 8 }), async (plan, users) => {
        const expected = await journal((note) => run(bare, plan, users, note));
        using wrapping = new Wrapping(tarn, bare);
        expect(await journal((note) => run(wrapping.exports, plan, users, note))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  },
);

async function run(
  exports: typeof bare,
  { max, validation }: { max: number; validation: number },
  users: readonly User[],
  note: (what: string) => void,
): Promise<void> {
  const validate = async (): Promise<boolean> => {
    await ticks(validation);
    return true;
  };
  const pool = poolOf(exports, { max, ...(validation > 0 ? { validate: validate as never } : {}) });
  pool.on("acquireSuccess", (id, { id: resource }) => note(`${id} succeeds with ${resource}`));
  pool.on("acquireFail", (id, error) => note(`${id} fails with ${error.message}`));
  const all: Promise<void>[] = [];
  for (const [i, each] of users.entries()) {
    all.push(settles(`${i}`, note, () => use(pool, each)));
    note(`${pool.numUsed()} ${pool.numFree()} ${pool.numPendingAcquires()} ${pool.numPendingValidations()}`);
    await ticks(each.pause);
  }
  await Promise.all(all);
  await pool.destroy();
}

async function use(pool: Pool<Resource>, { how, hold }: User): Promise<unknown> {
  const pending = pool.acquire();
  if (how === "aborts") pending.abort();
  if (how === "aborts late") void ticks(hold).then(() => pending.abort());
  const resource = await pending.promise;
  await ticks(hold);
  const released = pool.release(resource);
  if (how === "releases twice") return `${released} ${pool.release(resource)}`;
  return how === "foreign" ? pool.release({ id: 0 }) : released;
}
