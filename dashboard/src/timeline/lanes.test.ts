import fc from "fast-check";
import { expect, test } from "vitest";
import { lanesOf, mostRows, stack } from "./lanes.ts";
import { spanAtTime, spans as anySpans } from "./testing/spans.ts";

const byStart = (spans: readonly { readonly start: number }[]) =>
  spans.toSorted((one, other) => one.start - other.start);

test("no bar covers another in a row, all are there, and each row is as full as can be", () => {
  fc.assert(
    fc.property(anySpans, (spans) => {
      const sorted = byStart(spans) as typeof spans;
      const rows = stack(sorted, "hold");
      const all = new Set(rows.flatMap((row) => row.spans));

      expect(all).toEqual(new Set(spans));
      for (const { bars, spans: own } of rows) {
        for (const [index, bar] of bars.entries())
          expect(bar.from).toBeGreaterThanOrEqual(bars[index - 1]?.to ?? 0);
        expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(own.length);
      }
      // A row is begun only where the one above it is taken.
      for (const [index, row] of rows.entries()) {
        const first = row.spans[0];
        const above = rows[index - 1];
        if (first === undefined || above === undefined || first.permits > 1) continue;
        expect(above.spans.some(({ start, end }) => start <= first.start && end > first.start)).toBe(true);
      }
    }),
  );
});

test("bars that only touch stay two", () => {
  const [row] = stack([spanAtTime(0, 10), spanAtTime(10, 20)], "hold");

  expect(row?.bars.map(({ from, to, count }) => [from, to, count])).toEqual([
    [0, 10, 1],
    [10, 20, 1],
  ]);
});

test("a hold of several permits is as many rows high, one below the other", () => {
  const rows = stack(
    [spanAtTime(0, 10), spanAtTime(1, 9, { permits: 3 }), spanAtTime(10, 12, { permits: 2 })],
    "hold",
  );

  expect(rows.map(({ spans }) => spans.map(({ start }) => start))).toEqual([[0, 10], [1, 10], [1], [1]]);
});

test("more at once than there are rows share the last one, as one bar with their number", () => {
  const crowd = Array.from({ length: mostRows + 5 }, (_, index) => spanAtTime(index, 1000));

  const rows = stack(crowd, "wait");

  expect(rows).toHaveLength(mostRows);
  expect(rows.at(-1)?.bars).toMatchObject([{ from: mostRows - 1, to: 1000, count: 6 }]);
});

test("a lane for each primitive, the one that was waited for longest first", () => {
  const ledger = { primitive: { name: "ledger", type: "lock" } };
  const lanes = lanesOf(
    [
      spanAtTime(0, 10, { kind: "wait" }),
      spanAtTime(0, 500, { kind: "wait", ...ledger }),
      spanAtTime(0, 900, { kind: "hold" }),
    ],
    "primitive",
  );

  expect(lanes.map(({ name, rows }) => [name, rows.map(({ kind }) => kind)])).toEqual([
    ["ledger", ["wait"]],
    ["accounts", ["hold", "wait"]],
  ]);
});

test("a lane for each task, and one for what ran outside of tasks", () => {
  const lanes = lanesOf([spanAtTime(0, 10), spanAtTime(0, 10, { task: null })], "task");

  expect(lanes.map(({ name, type }) => [name, type])).toEqual([
    ["outside of tasks", "task"],
    ["pay", "task"],
  ]);
});
