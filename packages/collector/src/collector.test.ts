import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { startCollector } from "./collector.ts";
import { MemoryStore } from "./memory-store.ts";
import { PortTakenError } from "./port-taken-error.ts";
import type { Batch } from "./store.ts";
import { ObservedProgram } from "./testing/observed-program.ts";
import { send, startOfTime, startWorld } from "./testing/world.ts";

test("a collector says where it is and closes at the end of the block", async () => {
  let url: string;
  {
    await using collector = await startCollector({ port: 0 });
    ({ url } = collector);
    expect(url).toBe(`http://127.0.0.1:${collector.port}`);
    expect((await send(`${url}/healthz`, {})).status).toBe(200);
  }
  await expect(send(`${url}/healthz`, {})).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("under a Node that is too old it says at once which one it needs", async () => {
  const own = Object.getOwnPropertyDescriptor(process, "version") as PropertyDescriptor;
  using _ = { [Symbol.dispose]: () => Object.defineProperty(process, "version", own) };
  Object.defineProperty(process, "version", { ...own, value: "v20.20.2" });

  const collector = startCollector({ port: 0 });

  await expect(collector).rejects.toMatchObject({
    code: "ERR_NODE_VERSION",
    message: "Holdup's collector needs Node 22.15 or later; this is v20.20.2.",
  });
});

test("a taken port is an error that says so and keeps Node's own as its cause", async () => {
  await using world = await startWorld();
  const { port } = world.collector;

  const second = startCollector({ port });

  await expect(second).rejects.toBeInstanceOf(PortTakenError);
  await expect(second).rejects.toMatchObject({
    code: "ERR_PORT_TAKEN",
    port,
    message: `Port ${port} is taken by another program; stop it or choose another port.`,
    cause: { code: "EADDRINUSE" },
  });
});

const token = "0123456789abcdef";

test("other failures to listen stay Node's own", async () => {
  await expect(
    startCollector({ port: 0, host: "192.0.2.1", token, otlpKeys: [token] }),
  ).rejects.toMatchObject({
    code: "EADDRNOTAVAIL",
  });
});

test("closing ends open connections and may be asked for twice", async () => {
  const world = await startWorld();
  const idle = connect(world.collector.port, "127.0.0.1");
  const ended = new Promise((resolve) => idle.on("close", resolve));
  idle.on("error", () => {});
  await new Promise((resolve) => idle.once("connect", resolve));
  idle.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await new Promise((resolve) => idle.once("data", resolve));

  await Promise.all([world.collector.close(), world.collector.close()]);
  await ended;
});

test("after a collector closed, its port is free again", async () => {
  const world = await startWorld();
  const { port } = world.collector;
  await world.collector.close();
  const server = await new Promise<Server>((resolve) => {
    const other: Server = createServer().listen(port, "127.0.0.1", () => resolve(other));
  });
  expect((server.address() as AddressInfo).port).toBe(port);
  server.close();
});

test("while its store fails a collector asks clients to come back, and says what is wrong", async () => {
  const failure = new Error("the disk is full");
  class FullStore extends MemoryStore {
    override add(): Promise<boolean> {
      return Promise.reject(failure);
    }
    override hotSpots(): Promise<never> {
      return Promise.reject(failure);
    }
  }
  const errors: unknown[] = [];
  await using world = await startWorld({ store: new FullStore(), onError: (error) => errors.push(error) });

  expect(await world.post("metrics", "{}")).toMatchObject({
    status: 503,
    headers: { "retry-after": "1", "content-type": "application/json" },
    json: { code: 14 },
  });
  expect(await world.get("/api/hotspots")).toMatchObject({
    status: 500,
    json: { error: { code: "internal", message: "The collector failed to answer; its log says why." } },
  });
  expect(errors).toEqual([failure, failure]);
});

test("what its store could not keep was not received, once the program goes on without it", async () => {
  let full = false;
  class Disk extends MemoryStore {
    override async add(batch: Batch): Promise<boolean> {
      if (full) throw new Error("the disk is full");
      return super.add(batch);
    }
  }
  await using world = await startWorld({ store: new Disk({ now: () => startOfTime }), onError: () => {} });
  const tell = async (second: number): Promise<void> => {
    const program = new ObservedProgram("shop", startOfTime + second * 1_000);
    await world.post("metrics", program.wait([1]).metrics());
  };

  await tell(1);
  full = true;
  for (const second of [2, 3, 4]) await tell(second);
  full = false;
  await tell(5);

  expect((await world.get("/api/status")).json.dropped).toEqual({ "seconds of shop not received": 3 });
});

test("a request under a foreign name or from a foreign page is refused on every route", async () => {
  await using world = await startWorld({ allowedHosts: ["holdup.corp.example"] });
  const { port } = world.collector;
  for (const path of ["/", "/healthz", "/api/status", "/v1/metrics", "/socket.io/?EIO=4&transport=polling"]) {
    for (const headers of [{ Host: "evil.example" }, { Origin: "https://evil.example" }]) {
      const answer = await world.get(path, headers);
      expect([path, headers, answer.status]).toEqual([path, headers, 403]);
      expect(answer.body.toString()).toMatch(/not allowed/);
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    }
    const own = `holdup.corp.example:${port}`;
    expect((await world.get(path, { Host: own, Origin: `http://${own}` })).status).not.toBe(403);
  }
});
