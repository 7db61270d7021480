import type { HotSpot, SeriesPoint } from "@holdup/protocol";
import { expect, test } from "vitest";
import { restartSession } from "./session.ts";
import { changeOf, totalsIn, totalsOf, trendSeconds } from "./totals.ts";

test("blocked time per second is the mean of the last five seconds of all primitives", () => {
  const series = new Map([
    ["a", [point(100, 9), point(106, 1), point(110, 2)]],
    ["b", [point(110, 2)]],
  ]);

  const { blocked, nowSeconds } = totalsWith(new Map(), series, 110_000);

  expect(nowSeconds).toBe(5);
  expect(blocked.value).toBe(1);
  expect(blocked.trend).toHaveLength(trendSeconds);
  expect(blocked.trend.at(-1)).toBe(4);
  expect(blocked.trend.at(-11)).toBe(9);
});

test("a program that has stopped blocks nobody", () => {
  const series = new Map([["a", [point(109, 3), point(110, 3)]]]);

  expect(totalsWith(new Map(), series, 116_000).blocked.value).toBe(0);
});

test("what is reported every ten seconds is spread over ten seconds", () => {
  const series = new Map([["a", [point(90, 20), point(100, 20), point(110, 30)]]]);

  const { blocked, nowSeconds } = totalsWith(new Map(), series, 110_000);

  expect(nowSeconds).toBe(10);
  expect(blocked.value).toBe(3);
});

test("the top hot spot's trend is its share, not its time", () => {
  const rows = new Map([["a", spot("a", { blameSeconds: 9, share: 0.9, waitP99: 0, waiters: 0 })]]);
  const series = new Map([
    ["a", [point(100, 3), point(110, 1)]],
    ["b", [point(100, 1), point(110, 3)]],
  ]);

  const { trend } = totalsWith(rows, series, 110_000).topShare;

  expect([trend.at(-11), trend.at(-1), trend.at(-60)]).toEqual([0.75, 0.25, 0]);
});

test("the worst wait and the top hot spot name their primitives", () => {
  const rows = new Map([
    ["a", spot("a", { waitP99: 2, blameSeconds: 1, share: 0.1, waiters: 2 })],
    ["b", spot("b", { waitP99: 1, blameSeconds: 9, share: 0.9, waiters: 3 })],
  ]);

  const totals = totalsWith(rows, new Map(), 0);

  expect([totals.worstWait.spot?.primitive.name, totals.worstWait.value]).toEqual(["a", 2]);
  expect([totals.topShare.spot?.primitive.name, totals.topShare.value]).toEqual(["b", 0.9]);
  expect(totals.waiters.value).toBe(5);
});

test("where nobody waited, nobody is named", () => {
  const rows = new Map([["a", spot("a", { waitP99: 0, blameSeconds: 0, share: 0, waiters: 0 })]]);

  expect(totalsWith(rows, new Map(), 0).topShare.spot).toBeNull();
});

test("a change is told against what was before, not against the time before anything was known", () => {
  const known = (knownSeconds: number) => ({ nowSeconds: 2, knownSeconds });

  expect(changeOf([0, 0, 2, 2, 3, 3], known(4))).toBeCloseTo(0.5);
  expect(changeOf([2, 2, 0, 0], known(4))).toBe(-1);
  expect(changeOf([0, 0, 0, 5], known(2))).toBeUndefined();
  expect(changeOf([0, 0, 0, 0], known(4))).toBeUndefined();
});

test("a calm that is known counts in what was before", () => {
  expect(changeOf([0, 0, 2, 2, 2, 2], { nowSeconds: 2, knownSeconds: 6 })).toBe(1);
  expect(changeOf([0, 0, 2, 2], { nowSeconds: 2, knownSeconds: 4 })).toBe(Infinity);
});

test("known is what was reported since the first report", () => {
  const series = new Map([["a", [point(80, 0), point(109, 0), point(110, 2)]]]);

  expect(totalsWith(new Map(), series, 110_000).knownSeconds).toBe(31);
  expect(totalsWith(new Map(), new Map(), 110_000).knownSeconds).toBe(0);
});

test("the worst wait is never less than the one now", () => {
  const rows = new Map([["a", spot("a", { waitP99: 0.361, blameSeconds: 1, share: 1, waiters: 0 })]]);
  const series = new Map([["a", [{ ...point(110, 1), waitP99: 0.443 }]]]);

  expect(totalsWith(rows, series, 110_000).worstWait.value).toBe(0.443);
});

test("a chosen time is compared with the session", () => {
  const rows = new Map([["a", { blameSeconds: 20, operations: 7, waitP99: 2, share: 1 } as HotSpot]]);
  const session = [0, 10_000, 20_000].map((time) => ({ time, operations: 1, blameSeconds: 10, waiters: 0 }));

  const totals = totalsIn(rows, session, { from: 10_000, to: 20_000 });

  expect(totals.blocked.value).toBe(2);
  expect(totals.operations.value).toBe(7);
  expect(totals.sessionRate).toBe(1.5);
});

function totalsWith(
  rows: ReadonlyMap<string, HotSpot>,
  series: ReadonlyMap<string, SeriesPoint[]>,
  end: number,
) {
  return totalsOf({ rows, series, session: restartSession([], series) }, end);
}

function point(second: number, blameSeconds: number): SeriesPoint {
  return { time: second * 1000, blameSeconds, waiters: 0, waitP99: 0 } as SeriesPoint;
}

function spot(name: string, parts: Partial<HotSpot>): HotSpot {
  return { primitive: { name, type: "lock" }, ...parts } as HotSpot;
}
