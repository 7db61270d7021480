import {
  hotSpotKey,
  readChanges,
  type ServerMessages,
  type Snapshot,
  type ViewerMessages,
} from "@holdup/protocol";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClickHouseStore } from "./clickhouse-store.ts";
import { Peers } from "./peers.ts";
import { startClickHouse, type ClickHouseServer } from "./testing/clickhouse-server.ts";
import { deadlock, ObservedProgram, siteAt } from "./testing/observed-program.ts";
import { startOfTime, startWorld, type World } from "./testing/world.ts";

const redis = process.env["REDIS_URL"];
if (redis === undefined)
  console.log("REDIS_URL names no Redis; collectors that tell each other are not tested");

const accounts = hotSpotKey({ service: "shop", primitive: { name: "accounts", type: "lock" } });

describe.skipIf(redis === undefined)("two collectors of one ClickHouse", () => {
  let server: ClickHouseServer;
  let databases = 0;

  beforeAll(async () => {
    server = await startClickHouse();
  });
  afterAll(() => server.close());

  async function startTwo(): Promise<[World, World]> {
    const url = `${server.url}/peers_${databases++}`;
    const start = async (): Promise<World> => {
      const store = await ClickHouseStore.open(url, { now: () => startOfTime });
      return startWorld({ store, redis, tickMs: 50 });
    };
    return [await start(), await start()];
  }

  test("a viewer of the one sees what was sent to the other: rows, points, who waits, findings", async () => {
    const [one, other] = await startTwo();
    await using _one = one;
    await using _other = other;
    using viewer = new Viewer(one.collector.url);
    await viewer.snapshot(() => true);

    await other.post(
      "metrics",
      program()
        .wait([1], { site: siteAt(7) })
        .blame(1, { holder: siteAt(9) })
        .waiters(3)
        .metrics(),
    );
    const row = await viewer.row("accounts", ({ waiters }) => waiters === 3);
    expect(row).toMatchObject({
      operations: 1,
      blameSeconds: 1,
      waiterSite: siteAt(7),
      holderSite: siteAt(9),
    });
    await viewer.until(() => viewer.points.get(accounts)?.waitSeconds === 1);

    await other.post("logs", program().findings({ d: deadlock(startOfTime) }));
    await viewer.until(() => viewer.findings.includes("d"));
  });

  test("either answers who waits for whom, whichever was told", async () => {
    const [one, other] = await startTwo();
    await using _one = one;
    await using _other = other;
    using viewer = new Viewer(one.collector.url);
    await viewer.snapshot(() => true);
    const state = {
      name: "accounts",
      type: "lock",
      holders: [{ task: "checkout", site: siteAt(9), heldMs: 5, permits: 1 }],
      waiters: [],
    };
    await other.post("logs", program().snapshot([state]));
    await other.post("metrics", program().wait([1]).waiters(1).metrics());
    await viewer.row("accounts", ({ waiters }) => waiters === 1);

    const asked = "/api/primitives/shop/accounts";
    const [here, there] = await Promise.all([one.get(asked), other.get(asked)]);
    expect(here.json.state).not.toBeNull();
    expect(here.json).toEqual(there.json);
  });

  test.each([0, 1])(
    "if collector %i ends, its viewer goes on at the other and misses nothing",
    async (ending) => {
      const worlds = await startTwo();
      const [leaving, staying] = ending === 0 ? worlds : worlds.toReversed();
      if (leaving === undefined || staying === undefined) expect.fail();
      await using _staying = staying;
      await using _leaving = leaving;
      using first = new Viewer(leaving.collector.url);
      await first.snapshot(() => true);
      await leaving.post("metrics", program().wait([1]).metrics());
      await first.row("accounts", ({ operations }) => operations === 1);

      const gone = new Promise((resolve) => first.socket.once("disconnect", resolve));
      await leaving.collector.close();
      await gone;
      // What a balancer does: the same viewer, at another collector.
      using second = new Viewer(staying.collector.url);
      const { hotSpots, series } = await second.snapshot((snapshot) => snapshot.hotSpots.length > 0);
      expect(hotSpots).toMatchObject([{ operations: 1 }]);
      expect(series[accounts]).toMatchObject([{ waitSeconds: 1 }]);

      await staying.post("metrics", program().wait([2]).metrics());
      await second.row("accounts", ({ operations }) => operations === 2);
    },
  );
});

test("a Redis that can't be reached is one sentence at start", async () => {
  const options = { tickMs: 50, now: () => 0, onDrop: () => {}, onError: () => {} };
  await expect(Peers.join("redis://127.0.0.1:9", options)).rejects.toMatchObject({
    code: "ERR_STORE",
    message: "Redis can't be reached: ECONNREFUSED (127.0.0.1:9)",
  });
  await expect(Peers.join("http://host", options)).rejects.toMatchObject({ code: "ERR_STORE" });
});

function program(): ObservedProgram {
  return new ObservedProgram("shop", startOfTime);
}

type HotSpots = Snapshot["hotSpots"];

/** A real client that keeps what it is shown. */
class Viewer implements Disposable {
  readonly socket: Socket<ServerMessages, ViewerMessages>;
  readonly findings: string[] = [];
  readonly points = new Map<string, { readonly waitSeconds: number }>();
  #snapshot: Snapshot | undefined;
  #rows = new Map<string, HotSpots[number]>();
  #wake = (): void => {};

  constructor(url: string) {
    this.socket = io(url, { transports: ["websocket"], forceNew: true, reconnection: false });
    this.socket.on("snapshot", (snapshot) => {
      this.#snapshot = snapshot;
      this.#show(snapshot.hotSpots);
    });
    this.socket.on("changes", (packed) => {
      const { hotSpots, points } = readChanges(packed, this.#rows);
      for (const [key, news] of points) for (const point of news) this.points.set(key, point);
      this.#show(hotSpots);
    });
    this.socket.on("finding", ({ id }) => {
      this.findings.push(id);
      this.#wake();
    });
    this.socket.emit("subscribe", { view: "hotspots" });
  }

  /** The snapshot, as soon as one is as asked for. */
  async snapshot(wanted: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
    await this.until(() => this.#snapshot !== undefined && wanted(this.#snapshot));
    return this.#snapshot as Snapshot;
  }

  async row(name: string, wanted: (row: HotSpots[number]) => boolean): Promise<HotSpots[number]> {
    const find = (): HotSpots[number] | undefined =>
      [...this.#rows.values()].find((row) => row.primitive.name === name && wanted(row));
    await this.until(() => find() !== undefined);
    return find() as HotSpots[number];
  }

  /** Resolves when what it was shown is as asked for. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #show(rows: HotSpots): void {
    for (const row of rows) this.#rows.set(hotSpotKey(row), row);
    this.#wake();
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }
}
