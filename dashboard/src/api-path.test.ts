import { expect, test } from "vitest";
import { apiPath } from "./api-path.ts";

test("names of any characters are parts of the path", () => {
  const primitive = { name: "a/b?c=#d", type: "lock" };

  expect(apiPath({ name: "primitive", service: "check out", primitive })).toBe(
    "/api/primitives/check%20out/a%2Fb%3Fc%3D%23d?type=lock",
  );
});

test("what a question leaves open is not in the path", () => {
  expect(apiPath({ name: "waitGraph" })).toBe("/api/waitgraph");
  expect(apiPath({ name: "primitive", service: "a", primitive: { name: "b", type: "" } })).toBe(
    "/api/primitives/a/b",
  );
});

test("a page of waits or holds begins where the one before ended", () => {
  expect(apiPath({ name: "waits", from: 1, limit: 10, cursor: "7" })).toBe(
    "/api/waits?from=1&limit=10&cursor=7",
  );
  expect(apiPath({ name: "holds", service: "a", limit: 10 })).toBe("/api/holds?service=a&limit=10");
});

test("a stretch of time and a grouping are parameters", () => {
  expect(apiPath({ name: "hotSpots", from: 1, to: 2, by: "waiter", service: "a" })).toBe(
    "/api/hotspots?from=1&to=2&service=a&by=waiter&limit=1000",
  );
});
