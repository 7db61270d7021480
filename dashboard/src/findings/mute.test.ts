import type { KeptFinding } from "@holdup/protocol";
import { expect, test } from "vitest";
import { muteKey } from "./mute.ts";

const finding = {
  service: "checkout",
  instance: "i-1",
  id: "convoy-1",
  kind: "convoy",
  primitives: ["inventory"],
  sites: [{ functionName: "reserve", filePath: "src/inventory.ts", lineNumber: 41 }],
  count: 1,
} as unknown as KeptFinding;

test("what was muted stays muted when its program starts anew", () => {
  expect(muteKey({ ...finding, instance: "i-2", id: "convoy-7", count: 9 })).toBe(muteKey(finding));
});

test("another kind, primitive or line is another finding", () => {
  const others: KeptFinding[] = [
    { ...finding, kind: "starvation" },
    { ...finding, primitives: ["payments"] },
    { ...finding, sites: [] },
  ];

  expect(new Set([finding, ...others].map(muteKey)).size).toBe(4);
});
