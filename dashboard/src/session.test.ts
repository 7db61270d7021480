import type { SeriesPoint } from "@holdup/protocol";
import { expect, test } from "vitest";
import { extendSession, operationsAfter, restartSession, sessionLength, sessionRates } from "./session.ts";

function point(time: number, blameSeconds: number, waiters = 0): SeriesPoint {
  return { time, operations: 1, blameSeconds, waiters } as SeriesPoint;
}

function second(time: number, blameSeconds: number, waiters = 0, operations = 1) {
  return { time, operations, blameSeconds, waiters };
}

const all = new Map([
  ["a", [point(2000, 1), point(3000, 2)]],
  ["b", [point(3000, 3), point(4000, 4)]],
]);

test("a second of the session is that second of all primitives", () => {
  expect(restartSession([], all)).toEqual([second(2000, 1), second(3000, 5, 0, 2), second(4000, 4)]);
});

test("who waits is counted for all primitives together, and again when more is told", () => {
  const before = restartSession([], new Map([["a", [point(1000, 1, 2)]]]));
  const more = new Map([
    ["a", [point(1000, 1, 2)]],
    ["b", [point(1000, 0, 3)]],
  ]);

  expect(before).toEqual([second(1000, 1, 2)]);
  expect(extendSession(before, more, new Set([1000]))).toEqual([second(1000, 1, 5, 2)]);
  expect(restartSession([], more)).toEqual([second(1000, 1, 5, 2)]);
});

test("a new snapshot doesn't forget what was before its series", () => {
  const before = [second(1000, 9), second(2000, 9)];

  expect(restartSession(before, all)[0]).toEqual(second(1000, 9));
  expect(restartSession(before, all)).toHaveLength(4);
  expect(restartSession(before, new Map())).toEqual(before);
});

test("points that come late or again change the second that they are of", () => {
  const before = restartSession([], all);
  const more = new Map([...all, ["c", [point(3000, 10)]]]);

  expect(extendSession(before, more, new Set([3000]))).toEqual([
    second(2000, 1),
    second(3000, 15, 0, 3),
    second(4000, 4),
  ]);
  expect(extendSession(before, new Map([["a", [point(2500, 7)]]]), new Set([2500]))[1]).toEqual(
    second(2500, 7),
  );
  expect(extendSession(before, all, new Set())).toBe(before);
});

test("operations after a moment are those of all seconds that ended after it", () => {
  const session = restartSession([], all);

  expect([0, 2000, 2500, 3000, 4000].map((time) => operationsAfter(session, time))).toEqual([4, 3, 3, 1, 0]);
});

test("a session has an end", () => {
  const long = Array.from({ length: sessionLength }, (_, index) => second(index * 1000, 1));
  const next = sessionLength * 1000;

  const session = extendSession(long, new Map([["a", [point(next, 2)]]]), new Set([next]));

  expect(session).toHaveLength(sessionLength);
  expect(session.at(-1)).toEqual(second(next, 2));
});

test("what is told of a second is spread over the time since the one told before", () => {
  const session = [second(1000, 1), second(2000, 3), second(4000, 2)];

  expect(sessionRates(session, 0, 4000, 2)).toEqual([2, 1]);
  expect(sessionRates(session, 0, 4000, 8)).toEqual([1, 1, 3, 3, 1, 1, 1, 1]);
});

test("what is told of steps of a length is of those steps, however long they are", () => {
  const session = [second(30_000, 3), second(60_000, 6)];

  expect(sessionRates(session, 0, 60_000, 2, 30_000)).toEqual([0.1, 0.2]);
});

test("a program that was silent for long wasn't blocked meanwhile", () => {
  const session = [second(1000, 1), second(60_000, 5)];

  expect(sessionRates(session, 0, 60_000, 6)).toEqual([0.1, 0, 0, 0, 0, 0.5]);
});
