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

test("a line has no figures of the whole primitive", () => {
  const headOf = (group: "waiter" | "holder") => toCsv([spot], group).split("\r\n")[0]?.split(",");

  expect(headOf("waiter")).toEqual(
    expect.arrayContaining(["operations", "wait_p99_seconds", "blame_seconds", "waiter_site"]),
  );
  expect(headOf("waiter")).not.toContain("hold_seconds");
  expect(headOf("holder")).toEqual(expect.arrayContaining(["hold_seconds", "blame_seconds", "holder_site"]));
  for (const name of ["waiting_now", "operations", "contended", "wait_seconds", "wait_p50_seconds"]) {
    expect(headOf("holder")).not.toContain(name);
  }
});

test("no name becomes a formula", () => {
  for (const name of ["=1+1", "+1", "-1", "@SUM(A1)"]) {
    expect(toCsv([{ ...spot, service: name }])).toContain(`'${name}`);
  }
});

test("JSON is what the collector answers", () => {
  expect(JSON.parse(toJson([spot]))).toEqual({ items: [spot] });
});
