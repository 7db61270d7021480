import { hotSpotKey, type Snapshot } from "@holdup/protocol";
import { expect, test } from "vitest";
import { ClockSkews } from "./clock-skew.ts";
import { Coverage } from "./coverage.ts";
import { CurrentState } from "./current.ts";
import { EventLoops } from "./event-loops.ts";
import { FindingBook } from "./finding-book.ts";
import { LiveView } from "./live-view.ts";
import { MemoryStore } from "./memory-store.ts";
import { Overview } from "./overview.ts";
import { Pending } from "./pending.ts";
import type { Rollup } from "./rollup.ts";
import { SeriesBoard } from "./series.ts";
import { batchOf } from "./store.ts";
import { Status } from "./status.ts";
import { Tally } from "./tally.ts";

const time = 1_800_000_000_000;

function blame(i: number, at: number): Rollup {
  const blank = { operation: "", outcome: "", waiterSite: null, holderSite: null };
  const series = { service: "shop", type: "lock", name: `lock-${i}`, ...blank };
  return { series, time: at, measure: { kind: "blame", seconds: 10_000 - i } };
}

/** The snapshot that a viewer gets who comes after these rollups. */
async function snapshot(rollups: readonly Rollup[]): Promise<Snapshot> {
  const now = (): number => time;
  const store = new MemoryStore({ now });
  const series = new SeriesBoard(now);
  const pending = new Pending({ maxBytes: 1, now });
  const counts = {
    coverage: new Coverage(),
    status: new Status(time),
    tally: new Tally(),
    clocks: new ClockSkews(),
    pending,
  };
  const findings = new FindingBook();
  const eventLoops = new EventLoops(now);
  const overview = new Overview({
    store,
    series,
    current: new CurrentState(now),
    findings,
    ...counts,
    eventLoops,
  });
  await store.add(batchOf("all", { rollups }));
  series.add(rollups);
  const view = new LiveView({ overview, series, findings, now }, undefined);
  await view.refresh(true);
  return view.snapshot();
}

test("a snapshot that holds everything leaves nothing out", async () => {
  expect((await snapshot([blame(0, time)])).leftOut).toEqual({ rows: 0, points: 0, findings: 0 });
});

test("a snapshot says how many rows it has no room for", async () => {
  const { hotSpots, leftOut } = await snapshot(Array.from({ length: 1_003 }, (_, i) => blame(i, time)));
  expect(hotSpots).toHaveLength(1_000);
  expect(leftOut).toEqual({ rows: 3, points: 0, findings: 0 });
});

test("a snapshot says how many points it has no room for", async () => {
  const seconds = Array.from({ length: 500 }, (_, i) => time - i * 1_000);
  const rollups = Array.from({ length: 42 }, (_, i) => seconds.map((at) => blame(i, at))).flat();
  const { hotSpots, series, leftOut } = await snapshot(rollups);
  expect(hotSpots).toHaveLength(42);
  expect(Object.keys(series)).toEqual(hotSpots.slice(0, 40).map(hotSpotKey));
  expect(leftOut).toEqual({ rows: 0, points: 1_000, findings: 0 });
});
