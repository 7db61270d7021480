/** Spans for tests of the timeline. */

import fc from "fast-check";
import type { Span } from "../span.ts";

let last = 0;

/** A span from one time to another. */
export function spanAtTime(start: number, end: number, parts: Partial<Span> = {}): Span {
  last++;
  return {
    id: String(last),
    kind: "hold",
    service: "shop",
    instance: "1",
    primitive: { name: "accounts", type: "lock" },
    task: "pay",
    operation: "acquire",
    outcome: "",
    site: null,
    start,
    end,
    granted: end,
    permits: 1,
    traceId: "1".repeat(32),
    spanId: String(last),
    holders: [],
    wait: "",
    ...parts,
  };
}

/** Any spans: some long, some of no length, some of several permits. */
export const spans: fc.Arbitrary<Span[]> = fc.array(
  fc
    .record({
      start: fc.nat(1000),
      length: fc.oneof(fc.nat(5), fc.nat(400)),
      permits: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ start, length, permits }) => spanAtTime(start, start + length, { permits })),
  { maxLength: 60 },
);
