import fc from "fast-check";
import { expect, test } from "vitest";
import { stack, type Row } from "./lanes.ts";
import { spanAtTime, spans as anySpans } from "./testing/spans.ts";
import { barsIn, spanAt, spansIn } from "./visible.ts";

const window = fc
  .tuple(fc.integer({ min: -50, max: 1400 }), fc.integer({ min: 1, max: 500 }))
  .map(([from, length]) => ({ from, to: from + length }));

function rowsOf(spans: Parameters<typeof stack>[0]): Row[] {
  return stack(
    spans.toSorted((one, other) => one.start - other.start),
    "wait",
  );
}

test("what is in sight is what going through all of them finds", () => {
  fc.assert(
    fc.property(anySpans, window, (spans, { from, to }) => {
      const rows = rowsOf(spans);

      const found = new Set(spansIn(rows, { from, to }));

      expect(found).toEqual(new Set(spans.filter(({ start, end }) => start < to && end > from)));
    }),
  );
});

test("whatever is in sight is drawn, by itself or as part of a bar, and nothing else is", () => {
  fc.assert(
    fc.property(anySpans, window, fc.integer({ min: 0, max: 50 }), (spans, sight, grain) => {
      for (const row of rowsOf(spans)) {
        const bars = barsIn(row, sight, grain);
        for (const { start, end } of row.spans) {
          if (start >= sight.to || end <= sight.from || end === start) continue;
          expect(bars.some(({ from, to }) => from <= start && end <= to)).toBe(true);
        }
        for (const { from, to } of bars) {
          expect(from).toBeLessThan(sight.to);
          expect(to).toBeGreaterThan(sight.from);
        }
      }
    }),
  );
});

test("of a hundred thousand there are never more bars than the screen has room for", () => {
  const spans = Array.from({ length: 100_000 }, (_, index) => spanAtTime(index, index + 0.5));
  const [row] = rowsOf(spans);
  if (row === undefined) throw new Error("no row");

  const all = barsIn(row, { from: 0, to: 100_000 }, 100);
  const few = barsIn(row, { from: 500, to: 520 }, 0.02);

  expect(all.length).toBeLessThanOrEqual(1000);
  expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
  expect(few).toHaveLength(20);
});

test("a bar is hit where it is, and a little beside it", () => {
  const [row] = rowsOf([spanAtTime(0, 10), spanAtTime(20, 20.1)]);
  if (row === undefined) throw new Error("no row");

  expect(spanAt(row, 5, 1)?.start).toBe(0);
  expect(spanAt(row, 19.5, 1)?.start).toBe(20);
  expect(spanAt(row, 15, 1)).toBeUndefined();
  expect(spanAt(row, 30, 1)).toBeUndefined();
});
