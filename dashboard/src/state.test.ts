import {
  findingKey,
  hotSpotKey,
  packChanges,
  seriesLength,
  type Changes,
  type CollectorStatus,
  type HotSpot,
  type KeptFinding,
  type SeriesPoint,
  type Snapshot,
} from "@holdup/protocol";
import { expect, test } from "vitest";
import { apply, asOf, clockOffset, initialState, maxFindings, type Message, type State } from "./state.ts";

test("a page that opens is connecting and knows nothing", () => {
  const state = initialState(1000);

  expect(state.connection).toEqual({ phase: "connecting", since: 1000 });
  expect(state.sync).toBe("none");
  expect(state.rows.size).toBe(0);
});

test("a snapshot brings rows, series and status", () => {
  const state = after(snapshot({ hotSpots: [spot("a")], series: { [key("a")]: [point(1)] } }));

  expect(state.sync).toBe("complete");
  expect([...state.rows.keys()]).toEqual([key("a")]);
  expect(pointsOf(state)).toEqual([point(1)]);
  expect(state.status).toEqual(status);
});

test("a changed row replaces the one of its key and moves everyone's share", () => {
  const before = after(snapshot({ hotSpots: [spot("a", 3), spot("b", 1)] }));

  const state = apply(before, changes(1, { hotSpots: [spot("b", 9)] }));

  expect(shares(before)).toEqual({ a: 0.75, b: 0.25 });
  expect(shares(state)).toEqual({ a: 0.25, b: 0.75 });
});

test("a row of which only figures came keeps its words", () => {
  const site = { functionName: "pay", filePath: "src/pay.ts", lineNumber: 7 };
  const before = after(snapshot({ hotSpots: [{ ...spot("a", 3), waiterSite: site }, spot("b", 1)] }));

  const state = apply(before, changes(1, {}, [{ ...spot("a", 4), waiters: 5 }]));

  expect(state.rows.get(key("a"))).toEqual({
    ...spot("a", 4),
    waiterSite: site,
    waiters: 5,
    share: 0.8,
  });
  expect(before.rows.get(key("a"))).toMatchObject({ blameSeconds: 3, waiters: 0 });
});

test("a row that is gone takes its share and its series along", () => {
  const before = after(
    snapshot({ hotSpots: [spot("a", 3), spot("b", 1)], series: { [key("a")]: [point(1)] } }),
  );

  const state = apply(before, changes(1, { gone: [key("a")] }));

  expect(shares(state)).toEqual({ b: 1 });
  expect(state.series.has(key("a"))).toBe(false);
});

test("shares are zero while nobody waited", () => {
  expect(shares(after(snapshot({ hotSpots: [spot("a", 0)] })))).toEqual({ a: 0 });
});

test("a new point extends its series, and one with a known time replaces it", () => {
  const before = after(snapshot({ series: { [key("a")]: [point(1), point(2)] } }));

  const state = apply(before, changes(1, { points: new Map([[key("a"), [point(2, 7), point(3)]]]) }));

  expect(pointsOf(state)).toEqual([point(1), point(2, 7), point(3)]);
  expect(pointsOf(before)).toEqual([point(1), point(2)]);
});

test("a late point takes its place in time", () => {
  const before = after(snapshot({ series: { [key("a")]: [point(1), point(3)] } }));

  const state = apply(before, changes(1, { points: new Map([[key("a"), [point(2), point(0)]]]) }));

  expect(pointsOf(state).map(({ time }) => time / 1000)).toEqual([0, 1, 2, 3]);
});

test("a series keeps its last ten minutes and no more", () => {
  const full = Array.from({ length: seriesLength }, (_, second) => point(second));
  const before = after(snapshot({ series: { [key("a")]: full } }));

  const state = apply(before, changes(1, { points: new Map([[key("a"), [point(seriesLength)]]]) }));

  expect(pointsOf(state)).toHaveLength(seriesLength);
  expect(pointsOf(state)[0]).toEqual(point(1));
});

test("series that no point came for stay the same objects, so that nobody draws them again", () => {
  const before = after(snapshot({ series: { [key("a")]: [point(1)], [key("b")]: [point(1)] } }));

  const state = apply(before, changes(1, { points: new Map([[key("a"), [point(2)]]]) }));

  expect(state.series.get(key("b"))).toBe(before.series.get(key("b")));
});

test("a gap in the sequence loses the sync, and what follows changes nothing until a snapshot", () => {
  const before = after(snapshot({ hotSpots: [spot("a", 3)] }));

  const lost = apply(before, changes(2, { hotSpots: [spot("b")] }));
  const later = apply(lost, changes(3, { hotSpots: [spot("c")] }));
  const again = apply(later, snapshot({ sequence: 9, hotSpots: [spot("d")] }));

  expect(lost.sync).toBe("lost");
  expect(lost.rows).toBe(before.rows);
  expect(later).toBe(lost);
  expect(again.sync).toBe("complete");
  expect(apply(again, changes(10, {})).sync).toBe("complete");
});

test("changes before the first snapshot change nothing", () => {
  const state = initialState(0);

  expect(apply(state, changes(1, { hotSpots: [spot("a")] }))).toBe(state);
});

test("a lost connection keeps what was known, and since when it is lost", () => {
  const live = apply(after(snapshot({ hotSpots: [spot("a")] })), { type: "connected", at: 2000 });

  const lost = apply(live, { type: "disconnected", at: 3000 });
  const stillLost = apply(lost, { type: "disconnected", at: 4000 });

  expect(live.connection).toEqual({ phase: "live", since: 2000 });
  expect(stillLost.connection).toEqual({ phase: "disconnected", since: 3000 });
  expect(stillLost.rows.size).toBe(1);
});

test("a finding that arrives is added, found again it takes its own place, and a snapshot starts anew", () => {
  const before = after(snapshot({ findings: [finding("b"), finding("a")] }));

  const added = apply(before, found(finding("c")));
  const again = apply(added, found(finding("a", 7)));

  expect([...again.findings.values()].map(({ id, count }) => [id, count])).toEqual([
    ["b", 1],
    ["c", 1],
    ["a", 7],
  ]);
  expect(again.rows).toBe(before.rows);
  expect(again.sync).toBe("complete");
  expect([...apply(again, snapshot({})).findings]).toEqual([]);
});

test("a page that stays open holds the newest findings only", () => {
  const many = Array.from({ length: maxFindings }, (_, i) => finding(`f-${i}`));
  const before = after(snapshot({ findings: many.toReversed() }));

  const state = apply(before, found(finding("new")));

  expect(state.findings.size).toBe(maxFindings);
  expect(state.findings.has(findingKey(finding("f-0")))).toBe(false);
  expect(state.findings.has(findingKey(finding("new")))).toBe(true);
});

test("as of a moment there is only what was known by then", () => {
  const before = { ...finding("early"), firstSeen: 1000 };
  const later = { ...finding("late"), firstSeen: 3000 };
  const state = after(
    snapshot({ series: { [key("a")]: [point(1), point(2), point(3)] }, findings: [later, before] }),
  );

  const past = asOf(state, 2000);

  expect(pointsOf(past)).toEqual([point(1), point(2)]);
  expect([...past.findings.values()]).toEqual([before]);
});

test("the collector's clock is known from the last message", () => {
  const state = apply(initialState(0), { ...snapshot({ time: 10_000 }), at: 4000 });

  expect(clockOffset(state)).toBe(6000);
});

test("a primitive may be named like a property of every object", () => {
  const state = after(snapshot({ hotSpots: [spot("__proto__", 1), spot("constructor", 1)] }));

  expect(shares(state)).toEqual(
    Object.fromEntries([
      ["__proto__", 0.5],
      ["constructor", 0.5],
    ]),
  );
});

const status: CollectorStatus = {
  version: "0.0.0",
  startedAt: 0,
  durable: false,
  store: "memory",
  requests: { accepted: 0, refused: {} },
  dropped: {},
  lastReceivedAt: null,
  viewers: 1,
  services: ["checkout"],
};

function after(message: Message): State {
  return apply(initialState(0), message);
}

function snapshot(parts: Partial<Snapshot>): Extract<Message, { type: "snapshot" }> {
  const empty = { sequence: 0, time: 0, status, windowSeconds: 900, hotSpots: [], series: {}, findings: [] };
  return { type: "snapshot", at: 0, snapshot: { ...empty, ...parts } };
}

function found(one: KeptFinding): Message {
  return { type: "finding", finding: one };
}

function finding(id: string, count = 1): KeptFinding {
  return {
    service: "checkout",
    instance: "i-1",
    id,
    kind: "convoy",
    severity: "warning",
    message: "",
    advice: "",
    primitives: [],
    sites: [],
    spans: [],
    count,
    firstSeen: 0,
    lastSeen: 0,
  };
}

function changes(sequence: number, parts: Partial<Changes>, figures: readonly HotSpot[] = []): Message {
  const empty = { time: 0, status, hotSpots: [], gone: [], points: new Map() };
  const changed = figures.map((row) => [hotSpotKey(row), row] as const);
  return {
    type: "changes",
    at: 0,
    changes: packChanges({ ...empty, ...parts, sequence, figures: changed }),
  };
}

function pointsOf({ series }: State): readonly SeriesPoint[] {
  return [...(series.get(key("a")) ?? [])];
}

function spot(name: string, blameSeconds = 1): HotSpot {
  return {
    service: "checkout",
    primitive: { name, type: "lock" },
    waiterSite: null,
    holderSite: null,
    operations: 1,
    contended: 1,
    waitSeconds: blameSeconds,
    waitP50: 0,
    waitP99: 0,
    holdSeconds: 0,
    holdP99: 0,
    blameSeconds,
    waiters: 0,
    share: 0,
    exact: true,
  };
}

function point(second: number, operations = 1): SeriesPoint {
  const nothing = {
    contended: 0,
    waitSeconds: 0,
    blameSeconds: 0,
    waitP50: 0,
    waitP99: 0,
    holdP50: 0,
    holdP99: 0,
  };
  return { ...nothing, time: second * 1000, operations, waiters: 0 };
}

function key(name: string): string {
  return hotSpotKey(spot(name));
}

function shares(state: State): Record<string, number> {
  return Object.fromEntries([...state.rows.values()].map((row) => [row.primitive.name, row.share]));
}
