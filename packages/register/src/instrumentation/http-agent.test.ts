import { once } from "node:events";
import { Agent, ClientRequest, createServer, get, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { array, assert, asyncProperty, constantFrom, integer } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { httpAgent } from "./http-agent.ts";

let server: Server;
let port: number;
const unanswered: ServerResponse[] = [];

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    if (url === "/later") unanswered.push(response);
    else if (url === "/broken") response.destroy();
    else response.end(url);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});

afterAll(() => void server.close());

async function read(request: ClientRequest): Promise<string> {
  const [response] = (await once(request, "response")) as [AsyncIterable<Buffer>];
  let text = "";
  for await (const chunk of response) text += chunk.toString();
  return text;
}

function fetchBy(agent: Agent, path: string): Promise<string> {
  return read(get({ agent, port, host: "127.0.0.1", path }));
}

test.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
])(
  "in a program ($form) every agent is named after its line, and its users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`http-agent.${form}`);
    const [agent, closing] = [14, 19].map((line) => named[`http.Agent@http-agent.${form}:${line + shift}`]);

    expect(Object.keys(named)).toHaveLength(2);
    expect(agent).toMatchObject({ type: "pool", operations: 4, contended: 2, unattributedMs: 0 });
    expect(askers(agent)).toEqual({ [15 + shift]: 3, [16 + shift]: 1 });
    expect(closing).toMatchObject({ operations: 2, contended: 1 });
    expect(askers(closing)).toEqual({ [20 + shift]: 2 });
  },
);

test("who holds and who waits are the lines that asked; who is destroyed in the line waits no more", async () => {
  using wrapping = new Wrapping(httpAgent, {});
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const holder = () => get({ agent, port, host: "127.0.0.1", path: "/later" });
  const waiter = () => get({ agent, port, host: "127.0.0.1", path: "/" });
  const hasty = () => get({ agent, port, host: "127.0.0.1", path: "/" });

  const first = read(holder());
  const second = read(waiter());
  const third = hasty();
  const { holders, waiters } = wrapping.only;
  expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
  expect(waiters.map(({ site }) => site?.functionName)).toEqual(["waiter", "hasty"]);

  third.on("error", () => {}).destroy();
  expect(counts(wrapping.only)).toMatchObject({ operations: 2, holding: 1, waiting: 1 });
  while (unanswered.length === 0) await once(server, "request");
  unanswered.pop()?.end();
  await Promise.all([first, second]);
  agent.destroy();
  expect(counts(wrapping.only)).toMatchObject({
    operations: 3,
    contended: 2,
    holds: 2,
    holding: 0,
    waiting: 0,
  });
});

test("an agent without a limit is left alone", async () => {
  using wrapping = new Wrapping(httpAgent, {});
  const agent = new Agent({ keepAlive: true });
  expect(await fetchBy(agent, "/there")).toBe("/there");
  agent.destroy();
  expect(() => wrapping.only).toThrow("there are 0");
});

test("methods stay what they are, and unwrapping restores them", () => {
  const all = () => [Agent.prototype, ClientRequest.prototype].map(Object.getOwnPropertyDescriptors);
  const before = all();
  const names = () => {
    const { addRequest } = Agent.prototype as unknown as { addRequest: { name: string; length: number } };
    const { onSocket } = ClientRequest.prototype;
    return [addRequest, onSocket, Agent.prototype.on, ClientRequest.prototype.destroy].map(
      ({ name, length }) => [name, length],
    );
  };
  const namesBefore = names();
  {
    using _wrapping = new Wrapping(httpAgent, {});
    expect(all()).not.toEqual(before);
    expect(names()).toEqual(namesBefore);
  }
  expect(all()).toEqual(before);
});

test("no program can tell that it is wrapped: the same answers in the same order", { timeout }, async () => {
  const paths = array(constantFrom("/a", "/b", "/broken"), { maxLength: 6 });
  await assert(
    asyncProperty(integer({ min: 1, max: 2 }), paths, async (maxSockets, all) => {
      const expected = await run(maxSockets, all);
      using _wrapping = new Wrapping(httpAgent, {});
      expect(await run(maxSockets, all)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

async function run(maxSockets: number, paths: readonly string[]): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets });
  const results = await Promise.allSettled(paths.map((path) => fetchBy(agent, path)));
  agent.destroy();
  return results.map((result) => (result.status === "fulfilled" ? result.value : String(result.reason)));
}
