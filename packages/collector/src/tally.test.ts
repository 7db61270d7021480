import { Histogram } from "@holdup/protocol";
import { expect, test } from "vitest";
import type { Measure, Rollup } from "./rollup.ts";
import { Tally } from "./tally.ts";

function waited(name: string, seconds: number, estimated?: true): Rollup {
  const histogram = new Histogram();
  histogram.record(seconds);
  return about(name, { kind: "wait", histogram, contended: 1 }, estimated);
}

function about(name: string, measure: Measure, estimated?: true): Rollup {
  const series = { service: "shop", type: "lock", name, operation: "", outcome: "" };
  const nowhere = { waiterSite: null, holderSite: null };
  return { series: { ...series, ...nowhere, ...(estimated && { estimated }) }, time: 0, measure };
}

test("waits and blame add up, whatever else is told", () => {
  const tally = new Tally();
  tally.add([
    waited("a", 1),
    about("a", { kind: "blame", seconds: 0.5 }),
    about("b", { kind: "waiters", waiters: 1 }),
  ]);
  tally.add([waited("a", 2)]);
  expect([...tally]).toEqual([
    { service: "shop", type: "lock", name: "a", waitSeconds: 3, blameSeconds: 0.5 },
  ]);
});

test("what is estimated counts until the primitive's waits are measured", () => {
  const tally = new Tally();
  tally.add([waited("a", 5, true)]);
  expect([...tally]).toMatchObject([{ waitSeconds: 5 }]);
  tally.add([waited("a", 1)]);
  expect([...tally]).toMatchObject([{ waitSeconds: 1 }]);
});

test("primitives beyond the bound are one row", () => {
  const tally = new Tally(2);
  for (const name of ["a", "b", "c", "d", "a"]) tally.add([waited(name, 1)]);
  expect([...tally].map(({ name, waitSeconds }) => [name, waitSeconds])).toEqual([
    ["a", 2],
    ["b", 1],
    ["(other primitives)", 2],
  ]);
});
