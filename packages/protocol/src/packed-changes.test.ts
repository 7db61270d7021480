import { expect, test } from "vitest";
import { hotSpotKey, type CollectorStatus, type HotSpot, type SeriesPoint } from "./live.ts";
import { packChanges, readChanges } from "./packed-changes.ts";

const row: HotSpot = {
  service: "shop",
  primitive: { name: "accounts", type: "lock" },
  waiterSite: { functionName: "pay", filePath: "src/pay.ts", lineNumber: 7 },
  holderSite: null,
  operations: 1,
  contended: 2,
  waitSeconds: 3.1,
  waitP50: 4.2,
  waitP99: 5.3,
  holdSeconds: 6.4,
  holdP99: 7.5,
  blameSeconds: 8.6,
  waiters: 9,
  share: 1,
  exact: true,
};

const key = hotSpotKey(row);

const point: SeriesPoint = {
  time: 1_700_000_000_000,
  operations: 1,
  contended: 2,
  waitSeconds: 3.1,
  blameSeconds: 4.2,
  waitP50: 5.3,
  waitP99: 6.4,
  holdP50: 7.5,
  holdP99: 8.6,
  waiters: 9,
};

const told = { sequence: 4, time: 5, status: {} as CollectorStatus, hotSpots: [], gone: ["c"] };

test("what was packed is read, every figure exactly and every word as it was known", () => {
  const known = new Map([[key, { ...row, operations: 0, waiters: 0, blameSeconds: 0, share: 0.5 }]]);
  const points = new Map([
    [key, [point, { ...point, time: point.time + 1000, waiters: 1 }]],
    ["other", [{ ...point, holdP99: 1 / 3 }]],
  ]);

  const changes = readChanges(packChanges({ ...told, figures: [[key, row]], points }), known);

  expect(changes).toEqual({ ...told, hotSpots: [{ ...row, share: 0.5 }], points });
  expect(changes.hotSpots[0]?.waiterSite).toBe(row.waiterSite);
});

test("bytes that begin anywhere are read, as a socket of Node brings them", () => {
  const packed = packChanges({ ...told, figures: [[key, row]], points: [] });
  const { figures } = packed as { figures: Uint8Array };
  const shifted = new Uint8Array(figures.length + 3);
  shifted.set(figures, 3);

  const changes = readChanges({ ...packed, figures: shifted.subarray(3) }, new Map([[key, row]]));

  expect(changes.hotSpots).toEqual([row]);
});

test("rows that came whole stand as they came, and figures of an unknown row are left out", () => {
  const packed = packChanges({ ...told, hotSpots: [row], figures: [["unknown", row]], points: [] });

  expect(readChanges(packed, new Map()).hotSpots).toEqual([row]);
});
