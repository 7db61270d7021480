import { once } from "node:events";
import { connect, type Socket as NodeSocket } from "node:net";
import {
  hotSpotKey,
  readChanges,
  type Changes,
  type HotSpot,
  type KeptFinding,
  type ServerMessages,
  type Snapshot,
  type ViewerMessages,
} from "@holdup/protocol";
import { io, type Socket as ClientSocket } from "socket.io-client";
import { expect, test, vi } from "vitest";
import { deadlock, ObservedProgram, siteAt } from "./testing/observed-program.ts";
import { startOfTime, startWorld, type World } from "./testing/world.ts";

const accounts = hotSpotKey({ service: "shop", primitive: { name: "accounts", type: "lock" } });

/** A real client that remembers what it is told, and how many rows of it came whole. */
class Viewer implements Disposable {
  readonly socket: ClientSocket<ServerMessages, ViewerMessages>;
  readonly snapshots: Snapshot[] = [];
  readonly changes: Changes[] = [];
  readonly findings: KeptFinding[] = [];
  wholeRows = 0;
  readonly #rows = new Map<string, HotSpot>();

  constructor(world: World, transport = "websocket") {
    this.socket = io(world.collector.url, { transports: [transport], forceNew: true, reconnection: false });
    this.socket.on("snapshot", (snapshot) => {
      this.snapshots.push(snapshot);
      this.#rows.clear();
      this.#learn(snapshot.hotSpots);
    });
    this.socket.on("changes", (packed) => {
      const changes = readChanges(packed, this.#rows);
      this.changes.push(changes);
      this.wholeRows += packed.hotSpots.length;
      this.#learn(changes.hotSpots);
    });
    this.socket.on("finding", (finding) => this.findings.push(finding));
  }

  async subscribe(service?: string): Promise<Snapshot> {
    const before = this.snapshots.length;
    this.socket.emit("subscribe", { view: "hotspots", service });
    while (this.snapshots.length === before)
      await new Promise((resolve) => this.socket.once("snapshot", resolve));
    return this.snapshots.at(-1) as Snapshot;
  }

  /** The changes that satisfy a condition, as soon as they are there. */
  async until(condition: (changes: Changes) => boolean): Promise<Changes> {
    for (;;) {
      const found = this.changes.find(condition);
      if (found !== undefined) return found;
      await new Promise((resolve) => this.socket.once("changes", resolve));
    }
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }

  #learn(rows: readonly HotSpot[]): void {
    for (const row of rows) this.#rows.set(hotSpotKey(row), row);
  }
}

function program(): ObservedProgram {
  return new ObservedProgram("shop", startOfTime);
}

test.each(["websocket", "polling"])(
  "a viewer gets a snapshot, then what changed, over %s",
  async (transport) => {
    await using world = await startWorld();
    await world.post(
      "metrics",
      program()
        .wait([1], { site: siteAt(7) })
        .blame(1, { holder: siteAt(9) })
        .metrics(),
    );
    using viewer = new Viewer(world, transport);

    const snapshot = await viewer.subscribe();
    expect(snapshot).toMatchObject({
      time: startOfTime,
      windowSeconds: 900,
      status: { services: ["shop"], viewers: 1 },
      hotSpots: [
        { service: "shop", waiterSite: siteAt(7), holderSite: siteAt(9), blameSeconds: 1, share: 1 },
      ],
      series: { [accounts]: [{ time: startOfTime, operations: 1, waitSeconds: 1 }] },
    });

    await world.post("metrics", program().wait([2]).blame(2).waiters(3).metrics());

    const changes = await viewer.until(({ hotSpots }) => hotSpots.length > 0);
    expect(changes).toMatchObject({
      hotSpots: [{ service: "shop", waiterSite: siteAt(7), blameSeconds: 3, operations: 2, waiters: 3 }],
      gone: [],
    });
    expect([...changes.points]).toMatchObject([
      [accounts, [{ time: startOfTime, operations: 2, waitSeconds: 3, waiters: 3 }]],
    ]);
    expect(changes.sequence).toBe(snapshot.sequence + 1 + viewer.changes.indexOf(changes));
  },
);

test("only what changed is sent, and rows that left the window are named", async () => {
  await using world = await startWorld();
  await world.post("metrics", program().wait([1]).wait([1], { name: "ledger" }).metrics());
  using viewer = new Viewer(world);
  await viewer.subscribe();

  await world.post("metrics", program().wait([2], { name: "ledger" }).metrics());
  const changes = await viewer.until(({ hotSpots }) => hotSpots.length > 0);
  expect(changes.hotSpots.map((row) => row.primitive.name)).toEqual(["ledger"]);
  expect([...changes.points.keys()]).toEqual([hotSpotKey(changes.hotSpots[0] as never)]);

  world.clock.now += 1_000_000;
  expect((await viewer.until(({ gone }) => gone.length > 0)).gone.toSorted()).toEqual(
    [accounts, hotSpotKey(changes.hotSpots[0] as never)].toSorted(),
  );
});

test("a row comes whole when its words are different, and else as figures", async () => {
  await using world = await startWorld();
  const waited = (seconds: number, line: number) =>
    world.post(
      "metrics",
      program()
        .wait([seconds], { site: siteAt(line) })
        .metrics(),
    );
  await waited(1, 7);
  using viewer = new Viewer(world);
  await viewer.subscribe();

  await waited(2, 7);
  const [figures] = (await viewer.until(({ hotSpots }) => hotSpots[0]?.operations === 2)).hotSpots;
  expect(figures).toMatchObject({ waiterSite: siteAt(7), waitSeconds: 3 });
  expect(viewer.wholeRows).toBe(0);

  await waited(9, 8);
  const [whole] = (await viewer.until(({ hotSpots }) => hotSpots[0]?.operations === 3)).hotSpots;
  expect(whole).toMatchObject({ waiterSite: siteAt(8), waitSeconds: 12 });
  expect(viewer.wholeRows).toBe(1);
});

test("numbers follow each other without a gap while a viewer keeps up, and nothing is sent without news", async () => {
  await using world = await startWorld();
  using viewer = new Viewer(world);
  const { sequence } = await viewer.subscribe();
  for (let i = 0; i < 5; i++) {
    await world.post(
      "metrics",
      program()
        .at(startOfTime - i)
        .wait([1])
        .metrics(),
    );
    await viewer.until(({ hotSpots }) => hotSpots[0]?.operations === i + 1);
  }
  expect(viewer.changes.map((changes) => changes.sequence)).toEqual(
    viewer.changes.map((_, i) => sequence + 1 + i),
  );
  const sent = viewer.changes.length;
  using second = new Viewer(world);
  await second.subscribe("nobody");
  expect(viewer.changes.length - sent).toBeLessThanOrEqual(1);
});

test("a viewer of one service hears nothing of another, and may change its mind", async () => {
  await using world = await startWorld();
  await world.post("metrics", program().wait([1]).metrics());
  await world.post("metrics", new ObservedProgram("bank", startOfTime).wait([1]).metrics());
  using viewer = new Viewer(world);

  expect((await viewer.subscribe("bank")).hotSpots.map((row) => row.service)).toEqual(["bank"]);
  expect((await viewer.subscribe()).hotSpots.map((row) => row.service).toSorted()).toEqual(["bank", "shop"]);
  const { hotSpots, series } = await viewer.subscribe("shop");
  expect(hotSpots.map((row) => row.service)).toEqual(["shop"]);
  expect(Object.keys(series)).toEqual([accounts]);
});

test("a subscription is acknowledged, and refused with a sentence", async () => {
  await using world = await startWorld();
  using viewer = new Viewer(world);
  const say = (view: "hotspots"): Promise<{ error?: string }> =>
    new Promise((resolve) => viewer.socket.emit("subscribe", { view }, resolve));

  expect(await say("hotspots")).toEqual({});
  expect(await say("moon" as "hotspots")).toEqual({
    error: 'The view of a subscription is "hotspots".',
  });
});

test("a malformed subscription is answered with an error and hurts nobody", async () => {
  await using world = await startWorld();
  using viewer = new Viewer(world);
  // One that knows nothing of our types.
  const socket = viewer.socket as unknown as ClientSocket;
  const say = (subscription: unknown): Promise<unknown> =>
    socket.timeout(2_000).emitWithAck("subscribe", subscription);

  for (const bad of [null, 7, "hotspots", [], {}, { view: "moon" }, { view: "hotspots", service: 7 }]) {
    expect(await say(bad)).toEqual({ error: expect.stringMatching(/\.$/) });
  }
  socket.emit("subscribe");
  socket.emit("nonsense", { deep: [1] });
  expect(await say({ view: "hotspots", service: null })).toEqual({});
  expect((await viewer.subscribe()).hotSpots).toEqual([]);
});

test("a viewer that does not read never delays ingest, and sees the gap when it reads again", async () => {
  await using world = await startWorld();
  using viewer = new Viewer(world);
  const { sequence } = await viewer.subscribe();
  // The socket under the real client.
  const tcp = (viewer.socket.io.engine.transport as unknown as { ws: { _socket: NodeSocket } }).ws._socket;
  tcp.pause();

  // Far more than the kernel buffers between the two.
  const names = Array.from({ length: 200 }, (_, i) => `lock-${i}-${"x".repeat(200)}`);
  for (let i = 0; i < 150; i++) {
    const busy = program().at(startOfTime - i);
    for (const name of names) busy.wait([1], { name });
    expect((await world.post("metrics", busy.metrics())).status).toBe(200);
  }
  tcp.resume();

  const gap = ({ sequence: number }: Changes): boolean => {
    const i = viewer.changes.findIndex((changes) => changes.sequence === number);
    return number !== (viewer.changes[i - 1]?.sequence ?? sequence) + 1;
  };
  const late = await viewer.until(gap);
  const again = await viewer.subscribe();
  expect(again.sequence).toBeGreaterThanOrEqual(late.sequence);
  expect(again.hotSpots).toHaveLength(200);
  expect(again.hotSpots[0]).toMatchObject({ operations: 150 });
}, 30_000);

test("a finding reaches those who watch its service before the next tick, and newcomers with the snapshot", async () => {
  await using world = await startWorld({ tickMs: 60_000 });
  const shop = program();
  await world.post("logs", shop.findings({ old: deadlock(startOfTime) }));
  using viewer = new Viewer(world);
  using stranger = new Viewer(world);
  const { findings } = await viewer.subscribe("shop");
  await stranger.subscribe("bank");

  await world.post("logs", shop.findings({ new: deadlock(startOfTime, { count: 3 }) }));

  await vi.waitFor(() => expect(viewer.findings).toMatchObject([{ id: "new", count: 3, service: "shop" }]));
  expect(findings.map(({ id }) => id)).toEqual(["old"]);
  expect(stranger.snapshots[0]?.findings).toEqual([]);
  expect(stranger.findings).toEqual([]);
});

test("a viewer that misses many findings gets them with a new snapshot, and no more than it holds", async () => {
  await using world = await startWorld();
  using viewer = new Viewer(world);
  await viewer.subscribe();
  const many = Array.from({ length: 150 }, (_, i) => [`f-${i}`, deadlock(startOfTime)]);

  await world.post("logs", program().findings(Object.fromEntries(many)));

  await vi.waitFor(() => expect(viewer.snapshots).toHaveLength(2));
  expect(viewer.findings).toEqual([]);
  expect(viewer.snapshots[1]).toMatchObject({ leftOut: { findings: 50 } });
  expect(viewer.snapshots[1]?.findings.map(({ id }) => id).slice(0, 2)).toEqual(["f-149", "f-148"]);
  expect(viewer.snapshots[1]?.findings).toHaveLength(100);
});

test("a viewer that does not read gets each finding once, as it last was", async () => {
  await using world = await startWorld();
  using viewer = new Viewer(world);
  await viewer.subscribe();
  const tcp = (viewer.socket.io.engine.transport as unknown as { ws: { _socket: NodeSocket } }).ws._socket;
  tcp.pause();

  const advice = "x".repeat(1_000);
  for (let count = 1; count <= 4_000; count++) {
    await world.post("logs", program().findings({ a: deadlock(startOfTime, { count, advice }) }));
  }
  tcp.resume();

  await vi.waitFor(() => expect(viewer.findings.at(-1)).toMatchObject({ id: "a", count: 4_000 }));
  expect(viewer.findings.length).toBeLessThan(4_000);
}, 30_000);

test("viewers are counted while they are there", async () => {
  await using world = await startWorld();
  const first = new Viewer(world);
  await first.subscribe();
  using second = new Viewer(world);
  expect((await second.subscribe()).status.viewers).toBe(2);

  first.socket.disconnect();

  await vi.waitFor(async () => expect((await world.get("/api/status")).json.viewers).toBe(1));
});

/** The first line with which a raw WebSocket handshake is answered. */
async function handshake(port: number, headers: Record<string, string>): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const lines = Object.entries({
    Host: `localhost:${port}`,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${lines.join("")}\r\n`);
  const [chunk] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return chunk.toString().split("\r\n")[0] ?? "";
}

test("a WebSocket from a foreign page or under a foreign name is refused", async () => {
  await using world = await startWorld();
  const { port } = world.collector;
  expect(await handshake(port, {})).toBe("HTTP/1.1 101 Switching Protocols");
  expect(await handshake(port, { Origin: `http://localhost:${port}` })).toBe(
    "HTTP/1.1 101 Switching Protocols",
  );
  expect(await handshake(port, { Origin: "https://evil.example" })).toBe("HTTP/1.1 403 Forbidden");
  expect(await handshake(port, { Host: "evil.example" })).toBe("HTTP/1.1 403 Forbidden");
  expect(await handshake(port, { Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` })).toBe(
    "HTTP/1.1 403 Forbidden",
  );
});

test("the client library is not served", async () => {
  await using world = await startWorld();
  expect((await world.get("/socket.io/socket.io.js")).status).toBe(400);
});
