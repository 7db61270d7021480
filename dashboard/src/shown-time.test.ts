import type { SeriesPoint } from "@holdup/protocol";
import { expect, test } from "vitest";
import { shownUntil, silenceMs } from "./shown-time.ts";
import { apply, initialState, type State } from "./state.ts";

test("while reports come, the newest reported second is shown, however late it comes", () => {
  const state = live({ a: [98, 99, 100] });

  expect(shownUntil(state, 100_200)).toBe(100_000);
  expect(shownUntil(state, 102_900)).toBe(100_000);
});

test("when reports stay out, time goes on", () => {
  const state = live({ a: [98, 99, 100] });

  expect(shownUntil(state, 114_000)).toBe(111_000);
});

test("a program that reports every ten seconds is waited for so long", () => {
  const state = live({ a: [80, 90, 100], b: [20, 100] });

  expect(shownUntil(state, 111_000)).toBe(100_000);
  expect(shownUntil(state, 120_000)).toBe(108_000);
});

test("a program whose clock is ahead doesn't take the present along", () => {
  expect(shownUntil(live({ a: [100], b: [160] }), 100_200)).toBe(100_000);
});

test("a second is shown when it is over, also if it is told of in parts", () => {
  const state = live({ a: [99, 100, 101] });

  expect(shownUntil(state, 100_900)).toBe(100_000);
  expect(shownUntil(state, 101_000)).toBe(101_000);
});

test("time is the collector's, and stands still without a connection", () => {
  const state = { ...live({ a: [100] }), time: 200_000, receivedAt: 100_000 };
  const lost = apply(state, { type: "disconnected", at: 110_000 });

  expect(shownUntil(state, 110_000)).toBe(207_000);
  expect(shownUntil(lost, 990_000)).toBe(207_000);
});

test("silence counts from the last request, once one is missing", () => {
  const state = live({ a: [99, 100] });

  expect(silenceMs(state, 104_000)).toBe(0);
  expect(silenceMs(state, 114_000)).toBe(14_000);
});

function live(seconds: Readonly<Record<string, readonly number[]>>): State {
  const series = Object.entries(seconds).map(([key, times]) => [key, times.map(point)] as const);
  return {
    ...apply(initialState(0), { type: "connected", at: 0 }),
    series: new Map(series),
    status: { lastReceivedAt: 100_000 } as State["status"],
  };
}

function point(second: number): SeriesPoint {
  return { time: second * 1000 } as SeriesPoint;
}
