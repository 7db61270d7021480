import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import bare from "pg-pool";
import { expect, test } from "vitest";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { pgPool } from "./pg-pool.ts";

// The standard variables of PostgreSQL's own tools.
const { PGHOST, PGPORT, PGUSER, PGDATABASE } = process.env;
const noDatabase = PGHOST === undefined;
if (noDatabase) process.stderr.write("pg-pool: PGHOST names no PostgreSQL; what needs one is skipped\n");

test.skipIf(noDatabase).each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
])(
  "in a program ($form) every pool is named after its line, and its users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`pg-pool.${form}`, { PGHOST, PGPORT, PGUSER, PGDATABASE });
    const [pool, called] = [4, 12].map((line) => named[`pg-pool@pg-pool.${form}:${line + shift}`]);

    expect(Object.keys(named)).toHaveLength(2);
    expect(pool).toMatchObject({ type: "pool", operations: 5, contended: 3, unattributedMs: 0 });
    expect(askers(pool)).toEqual({ [5 + shift]: 3, [6 + shift]: 1, [7 + shift]: 1 });
    expect(pool?.blockedMs).toBeGreaterThan(0);
    expect(called).toMatchObject({ operations: 2, contended: 1 });
    expect(askers(called)).toEqual({ [14 + shift]: 1, [15 + shift]: 1 });
  },
);

/** What pg-pool takes for a connection; one that connects, or fails to, in the same turn or the next. */
class Client {
  readonly _queryable = true;
  static fails = false;

  connect(callback: (error?: Error) => void): void {
    const error = Client.fails ? new Error("no database") : undefined;
    setImmediate(() => callback(error));
  }
  query(_text: string, _values: unknown, callback: (error: undefined, result: string) => void): void {
    setImmediate(() => callback(undefined, "rows"));
  }
  end(callback?: () => void): void {
    callback?.();
  }
  on(): void {}
  once(): void {}
  removeListener(): void {}
  isConnected(): boolean {
    return true;
  }
}
type Pool = InstanceType<typeof bare>;
type PoolClass = new (options: object) => Pool;

function poolOf(wrapping: Wrapping<typeof bare>, options: object): Pool {
  return new (wrapping.exports as unknown as PoolClass)({ Client, idleTimeoutMillis: 0, ...options });
}

test("who holds and who waits are the lines that asked, also through query", async () => {
  using wrapping = new Wrapping(pgPool, bare);
  const pool = poolOf(wrapping, { max: 1 });
  const holder = () => pool.connect();
  const waiter = () => pool.connect();
  const asker = () => pool.query("select 1");

  const first = await holder();
  const all = [waiter().then((client) => client.release()), asker()];
  const { holders, waiters } = wrapping.only;
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["waiter", "asker"]);

  first.release();
  await Promise.all(all);
  expect(counts(wrapping.only)).toEqual({ operations: 3, contended: 2, holds: 3, holding: 0, waiting: 0 });
  expect(wrapping.only.unattributedMs).toBe(0);
});

test("who is out of time waits no more, and a connection that can't be opened is given up", async () => {
  using wrapping = new Wrapping(pgPool, bare);
  const pool = poolOf(wrapping, { max: 1, connectionTimeoutMillis: 5 });
  const first = await pool.connect();
  await expect(pool.connect()).rejects.toThrow("timeout");
  expect(counts(wrapping.only)).toMatchObject({ operations: 2, contended: 1, holding: 1, waiting: 0 });
  first.release(new Error("broken"));

  Client.fails = true;
  await expect(pool.connect()).rejects.toThrow("no database");
  Client.fails = false;
  await pool.end();
  await expect(pool.connect()).rejects.toThrow("after calling end");
  expect(counts(wrapping.only)).toEqual({ operations: 4, contended: 1, holds: 2, holding: 0, waiting: 0 });
});

test("the class stays what it is, subclasses too, and unwrapping restores it", async () => {
  const { prototype } = bare;
  const before = Object.getOwnPropertyDescriptors(prototype);
  {
    using wrapping = new Wrapping(pgPool, bare);
    class Bound extends (wrapping.exports as unknown as PoolClass) {}
    const pool = new Bound({ Client });
    expect(pool).toBeInstanceOf(Bound);
    expect(pool).toBeInstanceOf(bare);
    expect([wrapping.exports.name, wrapping.exports.length]).toEqual([bare.name, bare.length]);
    expect([prototype.connect.name, prototype.connect.length]).toEqual(["connect", 1]);
    await pool.query("select 1");
    expect(wrapping.only.operations).toBe(1);
  }
  expect(Object.getOwnPropertyDescriptors(prototype)).toEqual(before);
});

const user = record({
  how: constantFrom("promise", "callback", "query", "breaks", "twice"),
  hold: integer({ min: 0, max: 2 }),
  pause: integer({ min: 0, max: 2 }),
});
interface User {
  how: string;
  hold: number;
  pause: number;
}

test("no program can tell that it is wrapped: the same results in the same order", { timeout }, async () => {
  await assert(
    asyncProperty(integer({ min: 1, max: 3 }), array(user, { maxLength: 8 }), async (max, users) => {
      const expected = await run(bare, max, users);
      using wrapping = new Wrapping(pgPool, bare);
      expect(await run(wrapping.exports as unknown as PoolClass, max, users)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

async function run(PoolOf: PoolClass, max: number, users: readonly User[]): Promise<string[]> {
  const notes: string[] = [];
  const pool = new PoolOf({ max, Client, idleTimeoutMillis: 0 });
  for (const event of ["connect", "acquire", "release", "remove"] as const)
    pool.on(event, () => notes.push(event));
  const all: Promise<unknown>[] = [];
  for (const [i, each] of users.entries()) {
    all.push(
      use(pool, each).then(
        (value) => notes.push(`${i} gives ${String(value)}`),
        (error: unknown) => notes.push(`${i} throws ${String(error)}`),
      ),
    );
    notes.push(`${pool.waitingCount} ${pool.totalCount} ${pool.idleCount}`);
    await turns(each.pause);
  }
  await Promise.all(all);
  await pool.end();
  return notes;
}

async function use(pool: Pool, { how, hold }: User): Promise<unknown> {
  if (how === "query") return pool.query("select 1");
  if (how === "callback") {
    return new Promise((resolve, reject) => {
      pool.connect((error, _client, release) => {
        release?.();
        if (error === undefined) resolve("called back");
        else reject(error);
      });
    });
  }
  const client = await pool.connect();
  await turns(hold);
  // Another's, as soon as it is given to another.
  const { release } = client;
  release(how === "breaks");
  if (how === "twice") release();
  return "done";
}

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await new Promise((resolve) => void setImmediate(resolve));
}
