/** Spans in columns against the same as objects. */

import { attribute } from "@holdup/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { holdCodec } from "./hold-codec.ts";
import { keptHold } from "./kept-hold.ts";
import { SpanSelection, type KeptSpans } from "./kept-spans.ts";
import { keptWait } from "./kept-wait.ts";
import { SpanAttributesDraft, spanAttributeNumber } from "./span-attributes.ts";
import { writeSpans, type SpanCodec } from "./span-codec.ts";
import { SpanColumns } from "./span-columns.ts";
import { SpanIdTable } from "./span-id-table.ts";
import { TextReader, TextWriter } from "./text-codec.ts";
import type { Span } from "./telemetry.ts";
import { readWait, waitCodec } from "./wait-codec.ts";

const few = (digits: number) => fc.constantFrom(...["1", "2", "a"].map((digit) => digit.repeat(digits)));
const traceId = few(32);
const spanId = few(16);
const orNone = (id: fc.Arbitrary<string>) => fc.oneof({ weight: 3, arbitrary: id }, fc.constant(""));
const text = fc.oneof(fc.constantFrom("a", "b"), fc.string());
const number = fc.oneof(
  fc.nat(300),
  fc.double({ min: -1, max: 1e15, noNaN: true }).map((one) => (one === 0 ? 0 : one)),
  fc.nat(2 ** 41),
);
const value = fc.oneof(text, number, fc.boolean());
const attributes = fc.dictionary(fc.constantFrom(...Object.values(attribute)), value).map((said) => {
  const draft = new SpanAttributesDraft();
  draft.set(spanAttributeNumber(attribute.primitiveName), "accounts");
  for (const [key, one] of Object.entries(said)) draft.set(spanAttributeNumber(key), one);
  draft.count = Object.keys(said).length;
  return draft;
});
const link = fc.record({
  traceId: orNone(traceId),
  spanId: orNone(spanId),
  type: fc.constantFrom("holder", "grant", ""),
});
const span: fc.Arbitrary<Span> = fc.record({
  traceId,
  spanId,
  parentSpanId: orNone(spanId),
  name: fc.constantFrom("wait accounts", "hold accounts", "accounts"),
  startTime: number,
  endTime: number,
  attributes,
  links: fc.array(link, { maxLength: 12 }),
});
const spans = fc.array(span, { maxLength: 40 });
const programs = [1, 2].map((n) => ({ service: `service ${n}`, instance: String(n) }));

function columnsOf(list: readonly Span[]): SpanColumns {
  const columns = new SpanColumns();
  for (const one of list) columns.add(one);
  return columns;
}

test("a span that was added is there again", () => {
  fc.assert(
    fc.property(spans, (list) => {
      const plain = list.map((one) => ({ ...one, attributes: { ...one.attributes } }));
      expect([...columnsOf(list)]).toEqual(plain);
    }),
  );
});

function bytesOf<Kept>(all: KeptSpans<Kept>, codec: SpanCodec<Kept>): Buffer {
  const to = new ByteWriter();
  writeSpans(to, new TextWriter(to), all, codec);
  return to.take();
}

test("waits and holds are the same bytes from their columns and as objects", () => {
  fc.assert(
    fc.property(fc.array(spans, { maxLength: 4 }), (requests) => {
      const waits = new SpanSelection("wait", keptWait);
      const holds = new SpanSelection("hold", keptHold);
      for (const [i, list] of requests.entries()) {
        const program = programs[i % 2] ?? expect.fail();
        const places = list.flatMap((_, place) => (place % 5 === 4 ? [] : [place]));
        for (const selection of [waits, holds]) selection.add(program, columnsOf(list), places);
      }
      const bytes = bytesOf(waits, waitCodec);
      expect(bytes).toEqual(bytesOf([...waits], waitCodec));
      expect(bytesOf(holds, holdCodec)).toEqual(bytesOf([...holds], holdCodec));
      const from = new ByteReader(bytes);
      const texts = new TextReader(from);
      expect(Array.from(waits, () => readWait(from, texts))).toEqual([...waits]);
    }),
  );
});

test("what is known of spans by their ids is what a Map knows by their texts", () => {
  const step = fc.record({
    place: fc.nat(2_000),
    act: fc.constantFrom("set", "set", "set", "delete", "get"),
  });
  const list = Array.from({ length: 2_001 }, (_, i): Span => {
    const id = i.toString(16).padStart(16, "0");
    const times = { startTime: 0, endTime: 0 };
    // Ids of which only one of the two differs.
    const [trace, own] = i % 2 === 0 ? [id + id, "1".repeat(16)] : ["1".repeat(32), id];
    return {
      traceId: trace,
      spanId: own,
      parentSpanId: "",
      name: "",
      ...times,
      attributes: new SpanAttributesDraft(),
      links: [],
    };
  });
  const columns = columnsOf(list);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3_000, minLength: 500 }), (steps) => {
      const table = new SpanIdTable<{ readonly n: number }>();
      const model = new Map<number, { readonly n: number }>();
      for (const [n, { place, act }] of steps.entries()) {
        if (act === "set") {
          table.set(columns, place, { n });
          model.set(place, { n });
        } else if (act === "delete") {
          table.delete(columns, place);
          model.delete(place);
        } else expect(table.get(columns, place)).toEqual(model.get(place));
      }
      for (let place = 0; place <= 2_000; place += 7)
        expect(table.get(columns, place)).toEqual(model.get(place));
    }),
    { numRuns: 20 },
  );
});
