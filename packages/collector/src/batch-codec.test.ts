import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBatch, decodeReading, encodeBatch, encodeReading } from "./batch-codec.ts";
import { ByteReader, BytesError, ByteWriter } from "./bytes.ts";
import { addChunk, encodeChunk, renumber, type Sums } from "./chunk.ts";
import { difference } from "./testing/difference.ts";
import { histogram } from "./testing/rollups.ts";
import { storeHistory } from "./testing/store-history.ts";
import { Totals } from "./totals.ts";

const now = 1_800_000_000_000;

test("any number comes back as it was written", () => {
  const any = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.maxSafeNat(),
    fc.nat(300),
    fc.constantFrom(-0, NaN, Infinity),
  );
  fc.assert(
    fc.property(
      fc.array(any),
      fc.array(fc.string({ unit: "grapheme" })),
      fc.array(fc.integer()),
      (numbers, texts, signed) => {
        const to = new ByteWriter(1);
        for (const number of numbers) to.number(number);
        for (const text of texts) to.text(text);
        for (const value of signed) to.signed(value);
        for (const number of numbers) to.pair(texts.length * 50, number);
        const copy = new ByteWriter(1);
        copy.append(to);
        expect(copy.take()).toEqual(to.take());
        const from = new ByteReader(to.take());
        expect(numbers.map(() => from.number())).toEqual(numbers.map((value) => (value === 0 ? 0 : value)));
        expect(texts.map(() => from.text())).toEqual(texts);
        expect(signed.map(() => from.signed())).toEqual(signed);
        for (const number of numbers) {
          expect([from.varint(), from.number()]).toEqual([texts.length * 50, number === 0 ? 0 : number]);
        }
        expect(from.done).toBe(true);
      },
    ),
  );
});

test("an id in hex takes half its length, and any other text comes back as it was", () => {
  const to = new ByteWriter(1);
  to.hex("00ff".repeat(8));
  expect(to.length).toBe(17);
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("0", "9", "a", "f", "A", "g") })),
      (text) => {
        to.clear();
        to.hex(text);
        expect(new ByteReader(to.view()).hex()).toBe(text);
      },
    ),
  );
});

test("any batch comes back as it was written", () => {
  const readings = new Map([
    ["counter", { startTime: now - 1_000.5, time: now, value: 0.1 }],
    ["histogram", { startTime: 0, time: now, value: histogram([0, 0.25, 3, 3]).toData() }],
  ]);
  fc.assert(
    fc.property(storeHistory, (history) => {
      for (const { sent } of history) {
        const { token: _, ...content } = { ...sent(now), readings };
        const again = decodeBatch(encodeBatch(content));
        expect(difference(plain(again), plain(content))).toBeUndefined();
        expect([...again.readings.keys()]).toEqual(["counter", "histogram"]);
      }
    }),
    { numRuns: 30 },
  );
  const { value } = decodeReading(encodeReading(readings.get("histogram") ?? expect.fail()));
  const written = histogram([0, 0.25, 3, 3]).toData();
  expect(value).toEqual({ ...written, counts: Float64Array.from(written.counts) });
});

test("a batch that is cut anywhere is no batch", () => {
  const [arrival] = fc.sample(storeHistory, { numRuns: 20, seed: 1 }).flat();
  const bytes = encodeBatch(arrival?.sent(now) ?? expect.fail());
  for (let end = 0; end < bytes.length - 1; end++) {
    expect(() => decodeBatch(bytes.subarray(0, end))).toThrow(BytesError);
  }
});

test("a chunk added to sums is what its totals are, but for series that are not wanted", () => {
  const totals = (seconds: number): Totals => {
    const sum = new Totals();
    sum.add({ kind: "wait", histogram: histogram([0, seconds]), contended: 1 });
    sum.add({ kind: "hold", histogram: histogram([seconds, 1_000 * seconds]) });
    sum.add({ kind: "operations", operations: 2.5, contended: 1 });
    sum.add({ kind: "activity", name: "reading", seconds });
    sum.add({ kind: "explained", holds: 7 });
    sum.add({ kind: "waiters", waiters: 3 });
    return sum;
  };
  const chunk = encodeChunk([
    [1, totals(1)],
    [2, totals(2)],
    [3, totals(4)],
  ]);
  renumber(chunk, (number) => number * 100);
  const sums: Sums = new Map();
  addChunk(sums, chunk, (number) => number !== 200);
  addChunk(sums, chunk, (number) => number === 100);

  const twice = totals(1);
  twice.merge(totals(1));
  expect([...sums.keys()]).toEqual([100, 300]);
  expect(sums.get(100)).toEqual(twice);
  expect(sums.get(300)).toEqual(totals(4));
});

// Histograms may have more room than they need.
function plain(content: object): unknown {
  return JSON.parse(
    JSON.stringify(content, (_, value: unknown) => {
      if (value instanceof Map) return [...value];
      const data = value as Partial<Record<"counts" | "offset", unknown>> | null;
      if (typeof data !== "object" || data === null || data.counts === undefined) return value;
      const from = data.offset as number;
      const counts = Array.from(data.counts as Float64Array, (count, i) => [from + i, count]);
      return { ...data, offset: 0, counts: counts.filter(([, count]) => count !== 0) };
    }),
  );
}
