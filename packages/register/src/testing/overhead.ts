/**
 * What wrapping costs: every library's operation bare and wrapped, in turns, in one process. Prints the table of
 * docs/instrumenting-a-library.md. `node --conditions=@holdup/source packages/register/src/testing/overhead.ts`
 */
import { once } from "node:events";
import { Agent as NodeAgent, createServer, get } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import AsyncLockBare from "async-lock";
import * as asyncMutexBare from "async-mutex";
import * as asyncSemaBare from "async-sema";
import BottleneckBare from "bottleneck";
import fastqBare from "fastq";
import genericPoolBare from "generic-pool";
import type { createPool as createPromisePool } from "mysql2/promise";
import * as pLimitBare from "p-limit";
import * as pQueueBare from "p-queue";
import pgPoolBare from "pg-pool";
import type { Piscina } from "piscina";
import tarnBare from "tarn";
import undiciBare from "undici";
import { createObserver } from "@holdup/observer";
import { observe } from "@holdup/primitives";
import { asyncLock } from "../instrumentation/async-lock.ts";
import { asyncMutex } from "../instrumentation/async-mutex.ts";
import { asyncSema } from "../instrumentation/async-sema.ts";
import { bottleneck } from "../instrumentation/bottleneck.ts";
import { fastq } from "../instrumentation/fastq.ts";
import { genericPool } from "../instrumentation/generic-pool.ts";
import { httpAgent } from "../instrumentation/http-agent.ts";
import type { Library } from "../instrumentation/library.ts";
import { mysql2 } from "../instrumentation/mysql2.ts";
import { pLimit } from "../instrumentation/p-limit.ts";
import { pQueue } from "../instrumentation/p-queue.ts";
import { Patches } from "../instrumentation/patches.ts";
import { pgPool } from "../instrumentation/pg-pool.ts";
import { piscina } from "../instrumentation/piscina.ts";
import { tarn } from "../instrumentation/tarn.ts";
import { undici } from "../instrumentation/undici.ts";
import { webLocks } from "../instrumentation/web-locks.ts";

interface Case {
  readonly name: string;
  readonly library: Library;
  readonly exports: unknown;
  /** Makes what is measured; the operation is run by so many at once. */
  readonly make: (exports: never) => {
    readonly run: () => Promise<unknown>;
    readonly end?: () => Promise<unknown>;
  };
  readonly atOnce: number;
}

const rounds = Number(process.argv[2] ?? 9);
const roundMs = 200;

// One for all rounds, as a program has one for all its life.
const observer = createObserver();
const require = createRequire(import.meta.url);
const server = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
const filename = fileURLToPath(new URL("programs/double.cjs", import.meta.url));
const resource = { create: async () => ({}), destroy: async () => {} };
const { locks } = navigator as unknown as {
  locks?: { request(name: string, fn: () => void): Promise<void> };
};

function cases(atOnce: number): Case[] {
  const all: Case[] = [
    {
      name: "p-limit",
      library: pLimit,
      exports: pLimitBare,
      atOnce,
      make({ default: factory }: typeof pLimitBare) {
        const limit = factory(1);
        return { run: () => limit(async () => {}) };
      },
    },
    {
      name: "p-queue",
      library: pQueue,
      exports: pQueueBare,
      atOnce,
      make({ default: PQueue }: typeof pQueueBare) {
        const queue = new PQueue({ concurrency: 1 });
        return { run: () => queue.add(async () => {}) };
      },
    },
    {
      name: "async-mutex",
      library: asyncMutex,
      exports: asyncMutexBare,
      atOnce,
      make({ Mutex }: typeof asyncMutexBare) {
        const mutex = new Mutex();
        return { run: async () => (await mutex.acquire())() };
      },
    },
    {
      name: "generic-pool",
      library: genericPool,
      exports: genericPoolBare,
      atOnce,
      make({ createPool }: typeof genericPoolBare) {
        const pool = createPool(resource, { max: 1 });
        return { run: async () => pool.release(await pool.acquire()) };
      },
    },
    {
      name: "undici",
      library: undici,
      exports: undiciBare,
      atOnce,
      make({ Pool }: typeof undiciBare) {
        const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
        const run = async () => (await pool.request({ path: "/", method: "GET" })).body.text();
        return { run, end: () => pool.close() };
      },
    },
    {
      name: "node:http",
      library: httpAgent,
      exports: {},
      atOnce,
      make() {
        const agent = new NodeAgent({ keepAlive: true, maxSockets: 1 });
        const run = () =>
          new Promise((resolve) => {
            get({ agent, port, host: "127.0.0.1" }, (response) => response.resume().on("end", resolve));
          });
        return { run, end: async () => agent.destroy() };
      },
    },
    {
      name: "piscina",
      library: { ...piscina, wrap: wrapPiscina },
      exports: require("piscina"),
      atOnce,
      make(Pool: typeof Piscina) {
        const pool = new Pool({ filename, minThreads: 1, maxThreads: 1, execArgv: [] });
        return { run: () => pool.run(1), end: () => pool.destroy() };
      },
    },
  ];
  all.push(...queueCases(atOnce));
  if (process.env["PGHOST"] !== undefined) all.push(pgCase(atOnce));
  if (process.env["MYSQL_HOST"] !== undefined) all.push(mysqlCase(atOnce));
  if (locks !== undefined) {
    const run = () => locks.request("lock", () => {});
    all.push({ name: "web-locks", library: webLocks, exports: {}, atOnce, make: () => ({ run }) });
  }
  return all;
}

function queueCases(atOnce: number): Case[] {
  return [
    {
      name: "async-sema",
      library: asyncSema,
      exports: { ...asyncSemaBare },
      atOnce,
      make({ Sema }: typeof asyncSemaBare) {
        const sema = new Sema(1);
        return {
          async run() {
            await sema.acquire();
            sema.release();
          },
        };
      },
    },
    {
      name: "async-lock",
      library: asyncLock,
      exports: AsyncLockBare,
      atOnce,
      make(AsyncLock: typeof AsyncLockBare) {
        const lock = new AsyncLock();
        return { run: async () => lock.acquire("key", async () => {}) };
      },
    },
    {
      name: "bottleneck",
      library: bottleneck,
      exports: BottleneckBare,
      atOnce,
      make(Bottleneck: typeof BottleneckBare) {
        const limiter = new Bottleneck({ maxConcurrent: 1 });
        return { run: async () => limiter.schedule(async () => {}) };
      },
    },
    {
      name: "fastq",
      library: fastq,
      exports: fastqBare,
      atOnce,
      make(factory: typeof fastqBare) {
        const queue = factory.promise(async () => {}, 1);
        return { run: async () => queue.push(1) };
      },
    },
    {
      name: "tarn",
      library: tarn,
      exports: tarnBare,
      atOnce,
      make({ Pool }: typeof tarnBare) {
        const pool = new Pool({ ...resource, min: 0, max: 1 });
        const run = async () => pool.release(await pool.acquire().promise);
        return { run, end: async () => pool.destroy() };
      },
    },
  ];
}

function mysqlCase(atOnce: number): Case {
  const file = join(dirname(require.resolve("mysql2")), "lib/pool.js");
  return {
    name: "mysql2, `select 1`",
    // The file within is loaded already.
    library: {
      ...mysql2,
      wrap: mysql2.modules?.[0]?.files?.["mysql2/lib/pool.js"] as NonNullable<Library["wrap"]>,
    },
    exports: require(file),
    atOnce,
    make() {
      const { createPool } = require("mysql2/promise") as { createPool: typeof createPromisePool };
      const { MYSQL_HOST: host = "", MYSQL_PORT, MYSQL_USER: user = "" } = process.env;
      const pool = createPool({ host, port: Number(MYSQL_PORT), user, connectionLimit: 1 });
      return { run: async () => pool.query("select 1"), end: async () => pool.end() };
    },
  };
}

function pgCase(atOnce: number): Case {
  return {
    name: "pg-pool, `select 1`",
    library: pgPool,
    exports: pgPoolBare,
    atOnce,
    make(Pool: typeof pgPoolBare) {
      const pool = new Pool({ max: 1 });
      return { run: () => pool.query("select 1"), end: () => pool.end() };
    },
  };
}

// The file within is loaded already.
function wrapPiscina(exports: object, patches: Patches): unknown {
  const file = join(dirname(require.resolve("piscina")), "task_queue/index.js");
  piscina.modules?.[0]?.files?.["piscina/dist/task_queue/index.js"]?.(require(file), patches);
  return piscina.wrap?.(exports, patches);
}

/** Microseconds of the processor that one operation takes: what else the machine does counts little. */
async function round({ make, exports, atOnce }: Case, wrapped: unknown): Promise<number> {
  const { run, end } = make((wrapped ?? exports) as never);
  await run();
  let count = 0;
  const start = performance.now();
  const before = process.cpuUsage();
  for (; performance.now() - start < roundMs; count += atOnce)
    await Promise.all(Array.from({ length: atOnce }, run));
  const { user, system } = process.cpuUsage(before);
  await end?.();
  return (user + system) / count;
}

async function wrappedRound(one: Case): Promise<number> {
  using _observing = observe(observer);
  const patches = new Patches();
  one.library.wrapNode?.(patches);
  const wrapped: unknown = one.library.wrap?.(one.exports, patches) ?? one.exports;
  const took = await round(one, wrapped);
  patches.undo();
  return took;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] as number;
}

process.stdout.write(
  `| ${process.version} | at once | bare, µs | wrapped, µs | ratio |\n| --- | --: | --: | --: | --: |\n`,
);
for (const one of [...cases(1), ...cases(16)]) {
  if (process.argv[3] !== undefined && process.argv[3] !== `${one.name} ${one.atOnce}`) continue;
  const bare: number[] = [];
  const wrapped: number[] = [];
  const ratios: number[] = [];
  for (let left = rounds; left > 0; left--) {
    bare.push(await round(one, undefined));
    wrapped.push(await wrappedRound(one));
    ratios.push((wrapped.at(-1) as number) / (bare.at(-1) as number));
  }
  const cells = [median(bare), median(wrapped), median(ratios)].map((value) => value.toFixed(2));
  process.stdout.write(`| ${one.name} | ${one.atOnce} | ${cells.join(" | ")} |\n`);
}
server.close();
