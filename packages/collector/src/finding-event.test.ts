import { attribute } from "@holdup/protocol";
import { expect, test } from "vitest";
import { decodeLogs } from "./decode.ts";
import { findingOf } from "./finding-event.ts";
import { programOf } from "./program.ts";
import type { LogRecord } from "./telemetry.ts";
import { deadlock, ObservedProgram, siteAt } from "./testing/observed-program.ts";

const now = 1_800_000_000_000;

/** What the collector makes of a finding that a program tells. */
function told(body: unknown, id = "deadlock:accounts"): ReturnType<typeof findingOf> {
  const [group] = decodeLogs(new ObservedProgram("shop", now).findings({ [id]: body }), "json");
  if (group === undefined) throw new Error("nothing was decoded");
  return findingOf(programOf(group.resource), group.records[0] as LogRecord, now);
}

test("a finding is read as its program tells it", () => {
  expect(told(deadlock(now, { count: 4 }))).toEqual({
    service: "shop",
    instance: "i-1",
    id: "deadlock:accounts",
    kind: "deadlock",
    severity: "error",
    message: "a and b wait for each other",
    advice: "take them in one order",
    primitives: ["accounts", "ledger"],
    sites: [siteAt(3), siteAt(7)],
    spans: [{ traceId: "1".repeat(32), spanId: "2".repeat(16) }],
    count: 4,
    firstSeen: now - 5_000,
    lastSeen: now,
  });
});

test("one without an id or without a sentence is none, and the reason is told", () => {
  expect(told(deadlock(now), "")).toBe(`a finding has no ${attribute.findingId}`);
  expect(told(deadlock(now, { message: "" }))).toBe("a finding has no message");
  expect(told("deadlock!")).toBe("a finding has no message");
});

test("values that can't be true become ones that can", () => {
  const wild = {
    kind: 7,
    severity: "apocalyptic",
    advice: ["do", "nothing"],
    primitives: ["", 7, "__proto__"],
    sites: "here",
    spans: [{ traceId: "<img>", spanId: "2".repeat(16) }, 7],
    count: -2.5,
    firstSeen: now + 99_000_000,
    lastSeen: "yesterday",
  };
  expect(told(deadlock(now, wild))).toMatchObject({
    kind: "",
    severity: "warning",
    advice: "",
    primitives: ["(unnamed)", "__proto__"],
    sites: [],
    spans: [],
    count: 1,
    firstSeen: now,
    lastSeen: now,
  });
  expect(told(deadlock(now, { count: 2.5, lastSeen: 5, firstSeen: 9 }))).toMatchObject({
    count: 2,
    firstSeen: 5,
    lastSeen: 5,
  });
});

test("texts and lists have an end", () => {
  const sites = Array.from({ length: 99 }, (_, i) => siteAt(i));
  const spans = sites.map(() => ({ traceId: "1".repeat(32), spanId: "2".repeat(16) }));
  const primitives = sites.map(({ lineNumber }) => `lock ${lineNumber}`);
  const finding = told(deadlock(now, { message: "x".repeat(9_999), sites, spans, primitives }));

  expect(finding).toMatchObject({ message: "x".repeat(1_024) });
  if (typeof finding === "string") throw new Error(finding);
  expect([finding.sites, finding.spans, finding.primitives].map(({ length }) => length)).toEqual([
    20, 20, 20,
  ]);
});
