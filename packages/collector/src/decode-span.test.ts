/** The short way through a span against the long one: what the short one does not leave alone it reads the same. */

import { attribute } from "@holdup/protocol";
import fc from "fast-check";
import root from "otlp-messages/build/src/generated/root.js";
import { expect, test } from "vitest";
import { DecodeError } from "./decode-error.ts";
import { decodeSpans } from "./decode.ts";
import { readSpan } from "./decode-protobuf.ts";
import { takeSpan } from "./decode-span.ts";
import { ProtobufReader } from "./protobuf.ts";
import { SpanColumns } from "./span-columns.ts";
import type { Span as ReadSpan } from "./telemetry.ts";
import { wireBytes, type WireBytes } from "./wire-texts.ts";

interface Message {
  encode(message: object): { finish(): Uint8Array };
  fromObject(object: object): object;
}

const { Span } = (root as unknown as { opentelemetry: { proto: { trace: { v1: { Span: Message } } } } })
  .opentelemetry.proto.trace.v1;

const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const value = fc.oneof(
  fc.string({ unit: "grapheme" }).map((stringValue) => ({ stringValue })),
  fc.boolean().map((boolValue) => ({ boolValue })),
  fc.oneof(fc.nat(300), fc.maxSafeInteger()).map((intValue) => ({ intValue })),
  fc.double().map((doubleValue) => ({ doubleValue })),
  fc.constant({ arrayValue: { values: [{ boolValue: true }] } }),
  fc.constant({}),
);
const key = fc.oneof(fc.constantFrom(...Object.values(attribute)), fc.string());
const attributes = fc.array(fc.record({ key, value }, { requiredKeys: ["key"] }), { maxLength: 20 });
const fields = {
  traceId: bytes(16),
  spanId: bytes(8),
  parentSpanId: bytes(8),
  name: fc.string(),
  kind: fc.nat(5),
  startTimeUnixNano: fc.nat(2 ** 41),
  endTimeUnixNano: fc.nat(2 ** 41),
  attributes,
  droppedAttributesCount: fc.nat(3),
  links: fc.array(
    fc.record({ traceId: bytes(16), spanId: bytes(8), attributes, flags: fc.nat(300) }, { requiredKeys: [] }),
    { maxLength: 3 },
  ),
  status: fc.record({ code: fc.nat(2), message: fc.string() }, { requiredKeys: [] }),
  flags: fc.nat(300),
};
const span = fc
  .record(fields, { requiredKeys: [] })
  .map((sent) => Buffer.from(Span.encode(Span.fromObject(sent)).finish()));

function shortWay(body: Buffer): ReadSpan | undefined {
  return shortWayAt(wireBytes(body), 0, body.length);
}

function shortWayAt(wire: WireBytes, start: number, end: number): ReadSpan | undefined {
  const columns = new SpanColumns();
  return takeSpan(wire, start, end, columns) ? columns.at(0) : undefined;
}

// Behind the tag and the length of a field, as a span stands in its request.
function longWay(body: Buffer): unknown {
  const size = [(body.length & 0x7f) | 0x80, ((body.length >> 7) & 0x7f) | 0x80, body.length >> 14];
  const reader = new ProtobufReader(Buffer.concat([Buffer.from([0x0a, ...size]), body]));
  reader.next();
  try {
    return readSpan(reader);
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    return undefined;
  }
}

test("a span that is taken the short way is read as it is the long way", () => {
  let taken = 0;
  fc.assert(
    fc.property(span, (body) => {
      const short = shortWay(body);
      if (short === undefined) return;
      taken++;
      expect(short).toEqual(longWay(body));
    }),
    { numRuns: 1_000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test("so is one with a spoilt byte, or one that is cut short", () => {
  fc.assert(
    fc.property(span, fc.nat(), fc.nat(255), fc.boolean(), (body, place, byte, cut) => {
      if (body.length === 0) return;
      const at = place % body.length;
      const spoilt = Buffer.from(cut ? body.subarray(0, at) : body);
      if (!cut) spoilt[at] = byte;
      const short = shortWay(spoilt);
      if (short !== undefined) expect(short).toEqual(longWay(spoilt));
    }),
    { numRuns: 2_000 },
  );
});

test("more keys than are remembered in one request change nothing", () => {
  const known = Object.values(attribute).map((name) => ({ key: name, value: { stringValue: name } }));
  const others = Array.from({ length: 1_500 }, (_, i) => ({ key: `key-${i}`, value: { boolValue: true } }));
  const spans = Array.from({ length: 600 }, (_, i) => {
    const first = (i * 7) % known.length;
    const from = (i * 37) % 1_450;
    const said = [...known.slice(first, first + 3), ...others.slice(from, from + 30)];
    return Buffer.from(Span.encode(Span.fromObject({ attributes: said })).finish());
  });
  const wire = wireBytes(Buffer.concat(spans));

  let start = 0;
  for (const body of spans) {
    expect(shortWayAt(wire, start, start + body.length)).toEqual(longWay(body));
    start += body.length;
  }
});

test("a key may follow its value, and what nobody reads may be anything", () => {
  const name = Buffer.from(attribute.primitiveName);
  const text = Buffer.from([0x0a, 1, 0x61]);
  const keyField = Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const valueField = Buffer.concat([Buffer.from([0x12, text.length]), text]);
  const turned = Buffer.concat([valueField, keyField]);
  const unread = Buffer.from([0x0a, 1, 0x78, 0x12, 2, 0xff, 0xff]);
  const body = Buffer.concat([
    Buffer.from([0x4a, turned.length]),
    turned,
    Buffer.from([0x4a, unread.length]),
    unread,
  ]);

  expect(shortWay(body)).toBeUndefined();
  expect(longWay(body)).toMatchObject({ attributes: { primitiveName: "a", count: 2 } });
});

test("a field with another wire type than its own is an error, which the short way does not pass over", () => {
  for (const number of [1, 2, 4, 5, 7, 8, 9, 13]) {
    const body = Buffer.from([number * 8, 1]);
    expect([shortWay(body), longWay(body)]).toEqual([undefined, undefined]);
  }
  for (const number of [1, 2, 4]) {
    const body = Buffer.from([0x6a, 2, number * 8, 1]);
    expect([shortWay(body), longWay(body)]).toEqual([undefined, undefined]);
  }
});

test("spans and links count as objects, of which a request has not too many", () => {
  const within = (body: Buffer): Buffer => {
    const size = [(body.length & 0x7f) | 0x80, ((body.length >> 7) & 0x7f) | 0x80, body.length >> 14];
    return Buffer.concat([Buffer.from([0x0a, ...size]), body]);
  };
  const said = "The request has more than 500000 objects.";
  const spans = Buffer.alloc(2 * 500_001, Buffer.from([0x12, 0]));
  const links = Buffer.alloc(2 * 500_001, Buffer.from([0x6a, 0]));
  const crowded = Buffer.concat([Buffer.from([0x12]), within(links).subarray(1)]);
  const request = (scope: Buffer): Buffer =>
    within(Buffer.concat([Buffer.from([0x12]), within(scope).subarray(1)]));

  expect(() => decodeSpans(request(spans), "protobuf")).toThrow(said);
  expect(() => decodeSpans(request(crowded), "protobuf")).toThrow(said);
});
