import type { HotSpot } from "@holdup/protocol";
import { expect, test } from "vitest";
import { adviceFor } from "./advice.ts";

const site = { functionName: "reserve", filePath: "src/inventory.ts", lineNumber: 41 };

test("what takes most of a hold is what to change", () => {
  expect(adviceFor(held("SELECT stock", 9, "running", 1))).toMatch(/^90\s% of a hold is “SELECT stock”/);
  expect(adviceFor(held("running", 9, "SELECT stock", 1))).toMatch(/^90\s% of a hold is its own JavaScript/);
});

test("of many small things none is to blame", () => {
  expect(adviceFor(held("a", 2, "other", 8))).toBeUndefined();
});

test("waiting for what nobody holds is waiting for somebody's signal", () => {
  expect(adviceFor({ ...held("a", 9, "b", 1), holderSite: null })).toMatch(/^Nobody held it/);
});

test("where nobody waited or looked there is no advice", () => {
  expect(adviceFor({ ...held("a", 9, "b", 1), blameSeconds: 0 })).toBeUndefined();
  expect(adviceFor({ blameSeconds: 1, holderSite: site } as HotSpot)).toBeUndefined();
});

function held(first: string, seconds: number, second: string, rest: number): HotSpot {
  const activities = [
    { name: first, seconds },
    { name: second, seconds: rest },
  ];
  return {
    blameSeconds: 1,
    holderSite: site,
    held: { holderSite: site, holds: 3, activities },
  } as unknown as HotSpot;
}
