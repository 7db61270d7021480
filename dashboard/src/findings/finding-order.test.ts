import { findingKey, type KeptFinding, type Severity } from "@holdup/protocol";
import { expect, test } from "vitest";
import { countsOf, ordered } from "./finding-order.ts";

const findings = new Map(
  [
    finding("old error", "error", 1),
    finding("info", "info", 9),
    finding("old warning", "warning", 2),
    finding("new warning", "warning", 3),
    finding("new error", "error", 4),
  ].map((one) => [findingKey(one), one]),
);

test("the most severe come first, and among them the newest", () => {
  expect(ordered(findings).map(({ id }) => id)).toEqual([
    "new error",
    "old error",
    "new warning",
    "old warning",
    "info",
  ]);
});

test("findings are counted by severity", () => {
  expect(countsOf(findings.values())).toEqual({ error: 2, warning: 2, info: 1 });
  expect(countsOf([])).toEqual({ error: 0, warning: 0, info: 0 });
});

function finding(id: string, severity: Severity, lastSeen: number): KeptFinding {
  return {
    service: "checkout",
    instance: "i-1",
    id,
    kind: "convoy",
    severity,
    message: "",
    advice: "",
    primitives: [],
    sites: [],
    spans: [],
    count: 1,
    firstSeen: 0,
    lastSeen,
  };
}
