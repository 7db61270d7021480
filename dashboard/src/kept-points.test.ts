import type { SeriesPoint } from "@holdup/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { KeptPoints } from "./kept-points.ts";

test("points keep every figure to seven digits, however many come after", () => {
  const exact = point(1, 1 / 3);

  const kept = more(KeptPoints.of([exact]), 2, 500);

  const old = kept.at(0);
  expect(Object.keys(old ?? {})).toEqual(Object.keys(exact));
  for (const [figure, value] of Object.entries(exact)) {
    expect(old?.[figure as keyof SeriesPoint]).toBeCloseTo(value, 6);
  }
});

test("what is extended stays as it was, also when it is extended in two ways", () => {
  const before = more(KeptPoints.of([]), 1, 40);

  const one = more(before, 41, 20, 1);
  const other = more(before, 41, 20, 2);

  expect(secondsOf(before)).toHaveLength(40);
  expect([...one].slice(40).map(({ waiters }) => waiters)).toEqual(Array(20).fill(1));
  expect([...other].slice(40).map(({ waiters }) => waiters)).toEqual(Array(20).fill(2));
});

test("places count from the end, too, and beyond there is nothing", () => {
  const kept = more(KeptPoints.of([]), 1, 10);

  expect([0, 6, 7, 9, -1, -10].map((index) => kept.at(index)?.time)).toEqual(
    [1, 7, 8, 10, 10, 1].map((second) => second * 1000),
  );
  expect([kept.at(10), kept.at(-11)]).toEqual([undefined, undefined]);
});

test("whatever comes in whatever order, the points are those that a plain list would have", () => {
  const told = fc.array(fc.array(fc.nat(40), { maxLength: 4 }), { maxLength: 60 });
  fc.assert(
    fc.property(told, fc.integer({ min: 1, max: 30 }), (messages, most) => {
      let kept = KeptPoints.of([]);
      let plain: SeriesPoint[] = [];
      for (const [turn, seconds] of messages.entries()) {
        const points = seconds.map((second) => point(second, turn));
        kept = kept.with(points, most);
        const known = new Map([...plain, ...points].map((one) => [one.time, one]));
        plain = [...known.values()].toSorted((a, b) => a.time - b.time).slice(-most);
      }
      expect([...kept]).toEqual(plain);
      expect(kept).toHaveLength(plain.length);
    }),
  );
});

function more(kept: KeptPoints, first: number, count: number, waiters = 0): KeptPoints {
  let extended = kept;
  for (let i = 0; i < count; i++) extended = extended.with([point(first + i, 0, waiters)], 1000);
  return extended;
}

function secondsOf(kept: KeptPoints): number[] {
  return [...kept].map(({ time }) => time / 1000);
}

function point(second: number, figure: number, waiters = 0): SeriesPoint {
  return {
    time: second * 1000,
    operations: figure,
    contended: figure + 1,
    waitSeconds: figure + 2,
    blameSeconds: figure + 3,
    waitP50: figure + 4,
    waitP99: figure + 5,
    holdP50: figure + 6,
    holdP99: figure + 7,
    waiters,
  };
}
