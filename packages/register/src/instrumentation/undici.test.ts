import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { array, assert, asyncProperty, constantFrom, integer } from "fast-check";
import bare from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { undici } from "./undici.ts";

let server: Server;
let origin: string;
const unanswered: ServerResponse[] = [];

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    if (url === "/later") unanswered.push(response);
    else if (url === "/broken") response.destroy();
    else response.end(url);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => void server.close());

async function read(answer: Promise<{ body: { text(): Promise<string> } }>): Promise<string> {
  return (await answer).body.text();
}

test.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
])(
  "in a program ($form) pools are named after their line, an agent's after the agent's",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`undici.${form}`);
    const [pool, agent, client] = [13, 17, 21].map((line) => named[`undici@undici.${form}:${line + shift}`]);

    expect(Object.keys(named)).toHaveLength(3);
    expect(pool).toMatchObject({ type: "pool", operations: 3, contended: 2 });
    expect(askers(pool)).toEqual({ [14 + shift]: 3 });
    expect(agent).toMatchObject({ operations: 3, contended: 1 });
    expect(askers(agent)).toEqual({ [18 + shift]: 3 });
    expect(client).toMatchObject({ operations: 2, contended: 1 });
    expect(askers(client)).toEqual({ [22 + shift]: 2 });
  },
);

test("who holds and who waits are the lines that asked, until the response is read", async () => {
  using wrapping = new Wrapping(undici, bare);
  const pool = new wrapping.exports.Pool(origin, { connections: 1 });
  const holder = () => pool.request({ path: "/later", method: "GET" });
  const waiter = () => wrapping.exports.request(`${origin}/a`, { dispatcher: pool });

  const first = read(holder());
  const second = read(waiter());
  const { holders, waiters } = wrapping.only;
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["waiter"]);

  while (unanswered.length === 0) await once(server, "request");
  unanswered.pop()?.end();
  expect(await Promise.all([first, second])).toEqual(["", "/a"]);
  await pool.close();
  expect(counts(wrapping.only)).toEqual({ operations: 2, contended: 1, holds: 2, holding: 0, waiting: 0 });
});

test("who is aborted, which undici tells when it has its turn, or loses the connection is through", async () => {
  using wrapping = new Wrapping(undici, bare);
  const pool = new wrapping.exports.Pool(origin, { connections: 1 });
  const abort = new AbortController();
  const broken = pool.request({ path: "/broken", method: "GET" });
  const late = pool.request({ path: "/a", method: "GET", signal: abort.signal });
  expect(counts(wrapping.only)).toMatchObject({ holding: 1, waiting: 1 });
  abort.abort(new Error("enough"));

  const results = await Promise.allSettled([late, broken]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await pool.close();
  await expect(pool.request({ path: "/a", method: "GET" })).rejects.toThrow("destroyed");
  expect(counts(wrapping.only)).toMatchObject({ holds: 2, holding: 0, waiting: 0 });
});

test("an agent without a limit is left alone", async () => {
  using wrapping = new Wrapping(undici, bare);
  const agent = new wrapping.exports.Agent();
  expect(await read(wrapping.exports.request(`${origin}/a`, { dispatcher: agent }))).toBe("/a");
  await agent.close();
  expect(() => wrapping.only).toThrow("there are 0");
});

test("classes stay what they are, subclasses too, and unwrapping restores them", async () => {
  const all = () =>
    [bare, bare.Pool.prototype, bare.Client.prototype, bare.Agent.prototype].map(
      Object.getOwnPropertyDescriptors,
    );
  const before = all();
  const { Pool: BarePool } = bare;
  {
    using wrapping = new Wrapping(undici, bare);
    const { Pool } = wrapping.exports;
    class Named extends Pool {}
    const named = new Named(origin);
    expect(named).toBeInstanceOf(Named);
    expect(named).toBeInstanceOf(Pool);
    expect(named).toBeInstanceOf(BarePool);
    expect([Pool.name, Pool.length]).toEqual([BarePool.name, BarePool.length]);
    expect([Pool.prototype.dispatch.name, Pool.prototype.dispatch.length]).toEqual(["dispatch", 2]);
    await named.close();
  }
  expect(all()).toEqual(before);
});

test("no program can tell that it is wrapped: the same answers", { timeout }, async () => {
  const paths = array(constantFrom("/a", "/b", "/broken"), { maxLength: 6 });
  await assert(
    asyncProperty(integer({ min: 1, max: 2 }), paths, async (connections, all) => {
      const expected = await run(bare, connections, all);
      using wrapping = new Wrapping(undici, bare);
      expect(await run(wrapping.exports, connections, all)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

async function run(
  { Agent, request }: typeof bare,
  connections: number,
  paths: readonly string[],
): Promise<string[]> {
  const dispatcher = new Agent({ connections });
  const results = await Promise.allSettled(paths.map((path) => read(request(origin + path, { dispatcher }))));
  await dispatcher.close();
  return results.map((result) => (result.status === "fulfilled" ? result.value : String(result.reason)));
}
