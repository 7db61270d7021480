import { expect, test } from "vitest";
import { densityOf } from "./density.ts";
import { spanAtTime } from "./testing/spans.ts";

test("how many waited is told for equal parts of the time", () => {
  const waits = [spanAtTime(0, 10, { kind: "wait" }), spanAtTime(5, 20, { kind: "wait" }), spanAtTime(0, 40)];

  expect([...densityOf(waits, { from: 0, to: 40 }, 4)]).toEqual([1.5, 1, 0, 0]);
});

test("of no time there is nothing to tell", () => {
  expect([...densityOf([spanAtTime(0, 1)], { from: 5, to: 5 }, 2)]).toEqual([0, 0]);
});
