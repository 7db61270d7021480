/** Row by row: what a collector on a developer's machine, or in a network, may not let happen. */

import { readdir, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { io } from "socket.io-client";
import { expect, test } from "vitest";
import { startCollector } from "./collector.ts";
import { serverLimits } from "./listener.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { deadlock, ObservedProgram, siteAt } from "./testing/observed-program.ts";
import { spanOf } from "./testing/observed-span.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { send, startOfTime, startWorld, type Answer, type World } from "./testing/world.ts";

const token = "0123456789abcdef0123456789abcdef";
const key = "fedcba9876543210";
const bearer = { Authorization: `Bearer ${token}` };
const shop = (): ObservedProgram => new ObservedProgram("shop", startOfTime);

/** Whether a viewer is let in, and if not, why. */
async function view(world: World, extraHeaders: Record<string, string>, transport: string): Promise<boolean> {
  const socket = io(world.collector.url, { transports: [transport], extraHeaders, reconnection: false });
  const connected = await new Promise<boolean>((resolve) => {
    socket.on("connect", () => resolve(true));
    socket.on("connect_error", () => resolve(false));
  });
  socket.close();
  return connected;
}

function login(world: World, t: string): Promise<Answer> {
  return world.get(`/login?t=${encodeURIComponent(t)}`);
}

function cookieOf({ headers }: Answer): string {
  return (headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
}

test("Security: it listens on the loopback, by both of its addresses, and on nothing else", async () => {
  await using world = await startWorld();
  const { port } = world.collector;
  expect((await send(`http://127.0.0.1:${port}/healthz`, {})).status).toBe(200);
  expect((await send(`http://[::1]:${port}/healthz`, {})).status).toBe(200);
  // The same port of another address is free.
  const other = createServer();
  await new Promise<void>((resolve, reject) => other.on("error", reject).listen(port, "127.0.0.2", resolve));
  other.close();
});

test("Security: an address that others reach needs a token and an OTLP key, and long ones", async () => {
  const start = (options: object) => startCollector({ port: 0, host: "0.0.0.0", ...options });
  for (const options of [{}, { token }, { otlpKeys: [key] }]) {
    await expect(start(options)).rejects.toMatchObject({
      code: "ERR_SECRET",
      message: "Listening on 0.0.0.0 lets the network in; give a token and an OTLP key, or no host.",
    });
  }
  await expect(start({ token: "short", otlpKeys: [key] })).rejects.toMatchObject({
    message: "The token is too short; give it at least 16 characters.",
  });
  await expect(start({ token, otlpKeys: ["a key with spaces"] })).rejects.toMatchObject({
    code: "ERR_SECRET",
  });
  await using open = await start({ token, otlpKeys: [key] });
  expect((await send(`${open.url}/api/status`, {})).status).toBe(401);
  expect((await send(`${open.url}/api/status`, { headers: bearer })).status).toBe(200);
});

test("Security: another host name is refused, by the live socket too", async () => {
  await using world = await startWorld({ allowedHosts: ["holdup.corp.example"] });
  for (const path of ["/", "/api/status", "/metrics", "/v1/metrics", "/socket.io/?EIO=4&transport=polling"]) {
    expect((await world.get(path, { Host: "evil.example" })).status).toBe(403);
    expect((await world.get(path, { Host: "holdup.corp.example" })).status).not.toBe(403);
  }
  expect(await view(world, { Host: "evil.example" }, "websocket")).toBe(false);
});

test("Security: a page of another origin gets nothing from the live socket, by neither transport", async () => {
  await using world = await startWorld();
  for (const transport of ["websocket", "polling"]) {
    expect(await view(world, { Origin: "https://evil.example" }, transport)).toBe(false);
    expect(await view(world, { Origin: world.collector.url }, transport)).toBe(true);
    expect(await view(world, {}, transport)).toBe(true);
  }
});

test("Security: no other origin may read an answer", async () => {
  await using world = await startWorld({ allowedOrigins: ["https://shop.example"] });
  for (const path of ["/", "/api/status", "/api/hotspots", "/metrics", "/healthz", "/v1/traces"]) {
    const { headers } = await world.get(path);
    expect(headers).not.toHaveProperty("access-control-allow-origin");
    if (!path.startsWith("/v1/")) expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  }
});

test("Security: with a token nothing is shown without it but whether the collector lives", async () => {
  await using world = await startWorld({ token });
  for (const path of [
    "/",
    "/api/status",
    "/api/hotspots",
    "/api/openapi.json",
    "/metrics",
    "/assets/index.js",
  ]) {
    expect([path, (await world.get(path)).status]).toEqual([path, 401]);
    expect((await world.get(path, { Authorization: `Bearer ${token}x` })).status).toBe(401);
    expect((await world.get(path, { Cookie: `holdup_=${token}` })).status).toBe(401);
    expect((await world.get(path, bearer)).status).not.toBe(401);
  }
  expect((await world.get("/api/status")).json.error.code).toBe("unauthorized");
  expect(String((await world.get("/", { Accept: "text/html" })).body)).toContain("<form");
  expect((await world.get("/healthz")).json).toEqual({ status: "ok" });
  expect((await world.get("/readyz")).json).toEqual({ status: "ready" });
  for (const transport of ["websocket", "polling"]) {
    expect(await view(world, {}, transport)).toBe(false);
    expect(await view(world, bearer, transport)).toBe(true);
  }
});

test("Security: the printed link is good once and leaves a cookie that scripts and other sites can't use", async () => {
  await using world = await startWorld({ token });
  const { loginUrl, url } = world.collector;
  expect(loginUrl).toMatch(new RegExp(`^${url}/login\\?t=[\\w-]{43}$`));
  expect(loginUrl).not.toContain(token);

  const entered = await send(loginUrl, {});
  const again = await send(loginUrl, {});

  expect(entered).toMatchObject({ status: 303, headers: { location: "/", "cache-control": "no-store" } });
  expect(entered.headers["set-cookie"]?.[0]).toMatch(
    /^holdup_[\w-]{8}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  expect(again.status).toBe(401);
  expect(again.headers).not.toHaveProperty("set-cookie");
  const cookie = { Cookie: `other=1; ${cookieOf(entered)}` };
  expect((await world.get("/api/status", cookie)).status).toBe(200);
  expect(await view(world, cookie, "websocket")).toBe(true);
});

test("Security: the token itself lets a browser in too, by link or form; nothing else does", async () => {
  await using world = await startWorld({ token });
  expect(cookieOf(await login(world, token))).not.toBe("");
  for (const wrong of ["", "x", `${token} `, token.toUpperCase(), "__proto__"]) {
    expect([wrong, (await login(world, wrong)).status]).toEqual([wrong, 401]);
  }
  const form = (body: string, headers: object = {}) =>
    send(`${world.collector.url}/login`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
      body,
    });
  expect((await form(`token=${token}`)).status).toBe(303);
  expect((await form("token=wrong")).status).toBe(401);
  expect((await form(`token=${token}`, { Origin: "https://evil.example" })).status).toBe(403);
  expect((await form(`token=${"x".repeat(10_000)}`)).status).toBe(413);
});

test("Security: a form or a text of a foreign page is no telemetry", async () => {
  await using world = await startWorld();
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    expect((await world.post("metrics", "{}", { "Content-Type": type })).status).toBe(415);
    const fetched = { "Content-Type": type, "Sec-Fetch-Site": "cross-site" };
    expect((await world.post("metrics", "{}", fetched)).status).toBe(403);
  }
});

test("Security: every page forbids scripts and frames of others, and passes nothing on", async () => {
  await using world = await startWorld({ token });
  for (const path of ["/", "/login", "/healthz", "/api/status", "/api/nothing", "/missing.js"]) {
    const { headers } = await world.get(path, bearer);
    expect(String(headers["content-security-policy"]).split(";")).toEqual([
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
    ]);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": path === "/login" ? "same-origin" : "no-referrer",
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
    });
    expect(headers).not.toHaveProperty("strict-transport-security");
  }
});

test("Security: what unzips to more than the limit is refused before it is unzipped", async () => {
  await using world = await startWorld({ maxBodyBytes: 100_000 });
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  expect(bomb.length).toBeLessThan(100_000);
  expect((await world.post("metrics", bomb, { "Content-Encoding": "gzip" })).status).toBe(413);
});

test("Security: two bytes on the wire do not become a span each, without end", async () => {
  await using world = await startWorld();
  const empty = Buffer.alloc(2_000_000);
  for (let i = 0; i < empty.length; i += 2) empty[i] = 0x0a;
  const protobuf = { "Content-Type": "application/x-protobuf" };
  expect(String((await world.post("traces", empty, protobuf)).body)).toContain("more than 500000 objects");
  const json = `{"resourceSpans":[${"{},".repeat(600_000)}{}]}`;
  expect((await world.post("traces", json)).json.message).toBe("The JSON body has more than 500000 objects.");
  const counts = Buffer.concat([Buffer.from([0x12, 0xa0, 0x8d, 0x06]), Buffer.alloc(100_000)]);
  const wrap = (field: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([field * 8 + 2, ...varint(bytes.length)]), bytes]);
  const histogram = wrap(1, wrap(2, wrap(2, wrap(10, wrap(1, wrap(8, counts))))));
  expect(String((await world.post("metrics", histogram, protobuf)).body)).toContain(
    "more than 16384 numbers",
  );
});

test("Security: telemetry of another time, or with more attributes than anyone sends, is rejected", async () => {
  await using world = await startWorld();
  const attributes = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`a${i}`, i]));
  const links = Array.from({ length: 130 }, () => ({ traceId: "1".repeat(32), spanId: "1".repeat(16) }));
  const spans = shop().spans([
    spanOf("wait a", 1, { seconds: 1, end: startOfTime + 11 * 60_000 }),
    spanOf("wait a", 2, { seconds: 1, end: startOfTime - 2 * 3_600_000 }),
    { ...spanOf("wait a", 3, { seconds: 1 }), links },
  ]);
  expect((await world.post("traces", spans)).json.partialSuccess).toEqual({
    rejectedSpans: "3",
    errorMessage:
      "a span ends in the future; a span is older than the retention; a span has more than 128 attributes or links",
  });
  expect(
    (await world.post("metrics", shop().wait([1], { attributes }).metrics())).json.partialSuccess,
  ).toEqual({
    rejectedDataPoints: "1",
    errorMessage: "a point has more than 128 attributes",
  });
});

test("Security: __proto__, constructor and toString are names like any other, everywhere", async () => {
  await using world = await startWorld();
  for (const name of ["__proto__", "constructor", "toString"]) {
    const program = new ObservedProgram(name, startOfTime, name);
    const attributes = { [name]: "x", "holdup.operation.name": name, "holdup.outcome": name };
    const site = { ...siteAt(7), functionName: name, filePath: name };
    const metrics = program
      .wait([1], { name, type: name, site, attributes })
      .blame(1, { name, type: name, holder: site });
    expect(
      (await world.post("metrics", metrics.activity(name, 1, { name, type: name }).metrics())).json,
    ).toEqual({});
    await world.post("traces", program.spans([spanOf(`wait ${name}`, 1, { seconds: 1, name, type: name })]));
    await world.post(
      "logs",
      program.findings({ [name]: deadlock(startOfTime, { [name]: name, primitives: [name] }) }),
    );
    await world.post(
      "logs",
      program.snapshot([{ name, type: name, holders: [{ task: name }], waiters: [] }]),
    );

    const path = `/api/primitives/${name}/${name}?type=${name}`;
    expect((await world.get(path)).json).toMatchObject({
      service: name,
      wait: { sum: 1 },
      outcomes: [{ outcome: name }],
    });
    expect((await world.get(`/api/findings?service=${name}`)).json.items).toMatchObject([{ id: name }]);
    expect((await world.get(`/api/waitgraph?service=${name}`)).json.items).toMatchObject([{ service: name }]);
    expect((await world.get(`/api/waits?service=${name}`)).json.items).toHaveLength(1);
    expect((await world.get(`/api/hotspots?${name}=1`)).status).toBe(400);
    expect((await world.post(name, "{}")).status).toBe(404);
  }
  expect((await world.get("/api/services")).json.items).toHaveLength(3);
  expect(String((await world.get("/metrics")).body)).toContain('service="__proto__"');
  expect({}).not.toHaveProperty("x");
});

test("Security: what is kept is for its owner alone", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "holdup.db");
  {
    await using world = await startWorld({ store: await SqliteStore.open({ path, now: () => startOfTime }) });
    await world.post("metrics", shop().wait([1]).metrics());
    await world.get("/api/hotspots");
    const files = await readdir(folder.path, { recursive: true });
    const modes = await Promise.all(
      files.map(async (name) => [name, (await stat(join(folder.path, name))).mode & 0o777] as const),
    );
    expect(Object.fromEntries(modes)).toEqual({
      "holdup.db": 0o600,
      "holdup.db-wal": 0o600,
      "holdup.db.journal": 0o700,
      [`holdup.db.journal/${"1".padStart(16, "0")}.journal`]: 0o600,
    });
  }
});

test("Security: whoever is slow, or sends endless headers, is hung up on after the time and size that fit a program", async () => {
  expect(serverLimits({})).toEqual({
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 60_000,
    connectionsCheckingInterval: 5_000,
    maxHeaderSize: 16_384,
  });
  await using world = await startWorld();
  const long = { "X-Padding": "x".repeat(17_000) };
  expect((await world.post("metrics", "{}", long)).status).toBe(431);
  expect((await world.post("metrics", "{}", { "X-Padding": "x".repeat(15_000) })).status).toBe(200);
});

test("Security: a text of telemetry is cut after a thousand characters", async () => {
  await using world = await startWorld();
  const name = "x".repeat(100_000);
  await world.post("metrics", shop().wait([1], { name, type: name }).metrics());
  await world.post("traces", shop().spans([spanOf("wait a", 1, { seconds: 1, name })]));
  const { items } = (await world.get("/api/hotspots")).json;
  const lengths = items.map(({ primitive }: any) => [primitive.name.length, primitive.type.length]);
  expect(lengths.toSorted()).toEqual([
    [1_024, 1_024],
    [1_024, 4],
  ]);
  expect((await world.get("/api/waits")).json.items[0].primitive.name).toHaveLength(1_024);
});

test("Security: the live socket takes no large message, and no more viewers than it has room for", async () => {
  await using world = await startWorld();
  const open = () =>
    io(world.collector.url, { transports: ["websocket"], reconnection: false, forceNew: true });
  const viewers = Array.from({ length: 64 }, open);
  await Promise.all(
    viewers.map((viewer) => new Promise((resolve) => viewer.on("connect", () => resolve(null)))),
  );
  const [first] = viewers;

  expect(await view(world, {}, "websocket")).toBe(false);
  const reason = new Promise((resolve) => first?.on("disconnect", resolve));
  (first as { emit: (name: string, message: string) => void } | undefined)?.emit(
    "subscribe",
    "x".repeat(100_000),
  );

  expect(await reason).toBe("transport close");
  for (const viewer of viewers) viewer.close();
});

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
