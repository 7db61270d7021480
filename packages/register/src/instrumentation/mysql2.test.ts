import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Duplex } from "node:stream";
import { array, assert, asyncProperty, boolean, constantFrom, integer, record } from "fast-check";
import type { Connection, Pool, PoolConnection, PoolOptions } from "mysql2";
import bare from "mysql2";
import { expect, test } from "vitest";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import type { Library } from "./library.ts";
import { mysql2 } from "./mysql2.ts";

const { MYSQL_HOST, MYSQL_PORT, MYSQL_USER } = process.env;
const noDatabase = MYSQL_HOST === undefined;
if (noDatabase)
  process.stderr.write("mysql2: MYSQL_HOST names no MariaDB or MySQL; what needs one is skipped\n");

test.skipIf(noDatabase).each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
])(
  "in a program ($form) every pool is named after its line, and its users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`mysql2.${form}`, { MYSQL_HOST, MYSQL_PORT, MYSQL_USER });
    const [pool, called, promised] = [7, 15, 24].map(
      (line) => named[`mysql2@mysql2.${form}:${line + shift}`],
    );

    expect(Object.keys(named)).toHaveLength(3);
    expect(pool).toMatchObject({ type: "pool", operations: 5, contended: 3, unattributedMs: 0 });
    expect(askers(pool)).toEqual({ [8 + shift]: 3, [9 + shift]: 1, [10 + shift]: 1 });
    expect(pool?.blockedMs).toBeGreaterThan(0);
    expect(called).toMatchObject({ operations: 2, contended: 1, unattributedMs: 0 });
    expect(askers(called)).toEqual({ [16 + shift]: 1, [17 + shift]: 1 });
    expect(promised).toMatchObject({ operations: 1, contended: 0 });
    expect(askers(promised)).toEqual({ [25 + shift]: 1 });
  },
);

// The file within is wrapped when the program loads it; here it was loaded before.
const within: Library = {
  name: mysql2.name,
  wrap: (exports, patches) => mysql2.modules?.[0]?.files?.["mysql2/lib/pool.js"]?.(exports, patches),
};
const require = createRequire(import.meta.url);
const PoolClass = require(join(dirname(require.resolve("mysql2")), "lib/pool.js")) as (new () => Pool) & {
  readonly prototype: object;
};

/** The server's side of the protocol, which the library has, too; one that speaks to streams of this process. */
interface Server {
  on(event: "connection", listener: (connection: ServerConnection) => void): void;
  _handleConnection(stream: Duplex): void;
}
interface ServerConnection extends Connection {
  /** Which packet of a command is next. */
  sequenceId: number;
  serverHandshake(options: object): void;
  writeOk(): void;
  writeError(error: { message: string; code: number }): void;
}

function openPool(options: PoolOptions): Pool {
  const server = bare.createServer(() => {}) as unknown as Server;
  server.on("connection", (connection) => {
    const answer = (write: () => void): void => {
      write();
      connection.sequenceId = 0;
    };
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: "8",
      statusFlags: 2,
      characterSet: 33,
      connectionId: 1,
      capabilityFlags: 0xff_ff_ff,
      authCallback: (_who: object, done: (error: null) => void) => answer(() => done(null)),
    });
    connection.on("query", () => answer(() => connection.writeOk()));
    connection.on("packet", (_packet: unknown, isKnown: boolean) => {
      if (!isKnown) answer(() => connection.writeError({ message: "unknown command", code: 1047 }));
    });
    // One side is gone before the other.
    connection.on("error", () => {});
  });
  const stream = (): Duplex => {
    const here: Duplex = end(() => there);
    const there: Duplex = end(() => here);
    server._handleConnection(there);
    return here;
  };
  return bare.createPool({ ...options, stream } as PoolOptions);
}

// As over a network, nothing arrives while the other side still writes.
function end(other: () => Duplex): Duplex {
  const pass = (chunk: unknown, done: () => void): void => {
    setImmediate(() => {
      if (!other().destroyed) other().push(chunk);
      done();
    });
  };
  return new Duplex({
    read: () => {},
    write: (chunk: unknown, _encoding, done) => pass(chunk, done),
    final: (done) => pass(null, done),
  });
}

async function connectionOf(pool: Pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => {
      if (error) reject(error);
      else resolve(connection);
    });
  });
}

test("who holds and who waits are the lines that asked, also through query and promises", async () => {
  using wrapping = new Wrapping(within, PoolClass);
  const pool = openPool({ connectionLimit: 1 });
  const promised = pool.promise();
  const holder = async () => promised.getConnection();
  const waiter = async () => promised.getConnection();
  const asker = async () => promised.query("select 1");

  const first = await holder();
  const all = [waiter().then((connection) => connection.release()), asker()];
  const { holders, waiters } = wrapping.only;
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["waiter", "asker"]);

  first.release();
  await Promise.all(all);
  expect(counts(wrapping.only)).toEqual({ operations: 3, contended: 2, holds: 3, holding: 0, waiting: 0 });
  expect(wrapping.only.unattributedMs).toBe(0);
  await promised.end();
});

test("who waits for a connection that breaks has another one opened, and keeps its place until then", async () => {
  using wrapping = new Wrapping(within, PoolClass);
  const pool = openPool({ connectionLimit: 1 });
  const first = await connectionOf(pool);
  const second = connectionOf(pool);
  first.destroy();
  (await second).release();
  expect(counts(wrapping.only)).toEqual({ operations: 2, contended: 1, holds: 2, holding: 0, waiting: 0 });
  await pool.promise().end();
});

test("a connection that is made ready for the next is still held; if it can't be, it is given up", async () => {
  using wrapping = new Wrapping(within, PoolClass);
  // The server does not know how to.
  const pool = openPool({ connectionLimit: 1, resetOnRelease: true });
  const first = await connectionOf(pool);
  const second = connectionOf(pool);
  first.release();
  expect(counts(wrapping.only)).toMatchObject({ holding: 1, waiting: 1 });
  expect(await second).not.toBe(first);
  expect(counts(wrapping.only)).toMatchObject({ operations: 2, contended: 1, holding: 1, waiting: 0 });
  await pool.promise().end();
});

test("who is turned away or shut out neither waits nor holds", async () => {
  using wrapping = new Wrapping(within, PoolClass);
  const pool = openPool({ connectionLimit: 1, queueLimit: 1 });
  await connectionOf(pool);
  const waiting = connectionOf(pool);
  await expect(connectionOf(pool)).rejects.toThrow("Queue limit reached");
  expect(counts(wrapping.only)).toMatchObject({ operations: 2, holding: 1, waiting: 1 });
  pool.end();
  await expect(waiting).rejects.toThrow("Pool is closed");
  await expect(connectionOf(pool)).rejects.toThrow("Pool is closed");
  expect(counts(wrapping.only)).toEqual({ operations: 4, contended: 1, holds: 1, holding: 0, waiting: 0 });
});

test("without waiting, who finds no connection is turned away", async () => {
  using wrapping = new Wrapping(within, PoolClass);
  const pool = openPool({ connectionLimit: 1, waitForConnections: false });
  const first = await connectionOf(pool);
  await expect(connectionOf(pool)).rejects.toThrow("No connections available");
  first.release();
  expect(counts(wrapping.only)).toEqual({ operations: 2, contended: 0, holds: 1, holding: 0, waiting: 0 });
  await pool.promise().end();
});

test("the class stays what it is, subclasses too, and unwrapping restores it", async () => {
  const prototypes = [PoolClass.prototype, Object.getPrototypeOf(PoolClass.prototype)] as Record<
    string,
    unknown
  >[];
  const before = prototypes.map(Object.getOwnPropertyDescriptors<Record<string, unknown>>);
  {
    using wrapping = new Wrapping(within, PoolClass);
    const pool = openPool({ connectionLimit: 1 });
    expect(pool).toBeInstanceOf(wrapping.exports);
    expect(pool).toBeInstanceOf(PoolClass);
    expect([wrapping.exports.name, wrapping.exports.length]).toEqual([PoolClass.name, PoolClass.length]);
    for (const name of ["getConnection", "releaseConnection", "_handleSuccessfulRelease", "end"]) {
      const original = before[1]?.[name]?.value as { name: string; length: number };
      const wrapped = Reflect.get(PoolClass.prototype, name) as { name: string; length: number };
      expect([wrapped.name, wrapped.length]).toEqual([original.name, original.length]);
    }
    (await connectionOf(pool)).release();
    expect(wrapping.only.operations).toBe(1);
    await pool.promise().end();
  }
  expect(prototypes.map(Object.getOwnPropertyDescriptors<Record<string, unknown>>)).toEqual(before);
});

const user = record({
  how: constantFrom("connection", "promise", "query", "breaks", "twice"),
  hold: integer({ min: 0, max: 2 }),
  pause: integer({ min: 0, max: 2 }),
});
interface User {
  how: string;
  hold: number;
  pause: number;
}

interface Plan extends PoolOptions {
  readonly connectionLimit: number;
}

// How long it takes to connect is chance. So there is either one connection, and everybody asks at once; or all are opened
// before, and none breaks.
test("no program can tell that it is wrapped: the same results in the same order", { timeout }, async () => {
  const plan = record({
    connectionLimit: integer({ min: 1, max: 3 }),
    queueLimit: integer({ min: 0, max: 3 }),
    waitForConnections: boolean(),
  });
  await assert(
    asyncProperty(plan, array(user, { maxLength: 8 }), async (options, users) => {
      const expected = await run(options, users);
      using _wrapping = new Wrapping(within, PoolClass);
      expect(await run(options, users)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

async function run(options: Plan, users: readonly User[]): Promise<string[]> {
  const notes: string[] = [];
  const pool = openPool(options);
  const single = options.connectionLimit === 1;
  if (!single) await openAll(pool, options.connectionLimit);
  for (const event of ["connection", "acquire", "release", "enqueue"] as const) {
    pool.on(event as "enqueue", () => notes.push(event));
  }
  const all: Promise<unknown>[] = [];
  for (const [i, each] of users.entries()) {
    const how = each.how === "breaks" && !single ? "connection" : each.how;
    all.push(
      use(pool, { ...each, how }).then(
        (value) => notes.push(`${i} gives ${value}`),
        (error: unknown) => notes.push(`${i} throws ${String(error)}`),
      ),
    );
    if (!single) await turns(each.pause);
  }
  await Promise.all(all);
  await pool.promise().end();
  return notes;
}

async function openAll(pool: Pool, count: number): Promise<void> {
  const all = await Promise.all(Array.from({ length: count }, async () => connectionOf(pool)));
  for (const connection of all) connection.release();
}

async function use(pool: Pool, { how, hold }: User): Promise<string> {
  if (how === "query") {
    await pool.promise().query("select 1");
    return "asked";
  }
  const promised = how === "promise";
  const connection = promised ? (await pool.promise().getConnection()).connection : await connectionOf(pool);
  await turns(hold);
  const { release, destroy } = connection as PoolConnection;
  if (how === "breaks") destroy.call(connection);
  else release.call(connection);
  if (how === "twice") release.call(connection);
  return "done";
}

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await new Promise((resolve) => void setImmediate(resolve));
}
