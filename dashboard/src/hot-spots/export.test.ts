import type { HotSpot } from "@holdup/protocol";
import { expect, test } from "vitest";
import { toCsv, toJson } from "./export.ts";

const spot: HotSpot = {
  service: "checkout",
  primitive: { name: 'a "b", c', type: "lock" },
  waiterSite: { functionName: "reserve", filePath: "src/inventory.ts", lineNumber: 41 },
  holderSite: null,
  operations: 10,
  contended: 5,
  waitSeconds: 1.5,
  waitP50: 0.1,
  waitP99: 0.2,
  holdSeconds: 1,
  holdP99: 0.3,
  blameSeconds: 1.25,
  waiters: 2,
  share: 0.5,
  exact: true,
};

test("a row is a line, and a name with commas and quotes is one field", () => {
  const [head, row, end] = toCsv([spot]).split("\r\n");

  expect(head).toMatch(/^service,primitive,kind,waiting_now,.*,exact$/);
  expect(row).toMatch(
    /^checkout,"a ""b"", c",lock,2,10,5,1\.25,0\.5,.*,src\/inventory\.ts:41,reserve,,,true$/,
  );
  expect(end).toBe("");
});

test("no name becomes a formula", () => {
  for (const name of ["=1+1", "+1", "-1", "@SUM(A1)"]) {
    expect(toCsv([{ ...spot, service: name }])).toContain(`'${name}`);
  }
});

test("JSON is what the collector answers", () => {
  expect(JSON.parse(toJson([spot]))).toEqual({ items: [spot] });
});
