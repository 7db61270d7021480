/**
 * The short way through a span: one pass over its bytes with nothing but offsets, for spans that are written as
 * programs write them. Whatever is unusual in any way, or no span at all, is left to `readSpan`, which knows all of
 * protobuf and says what is wrong.
 *
 * Source of the layout: opentelemetry-proto, trace.proto and common.proto.
 */

import { attribute } from "@holdup/protocol";
import { textIn } from "./attributes.ts";
import { Interned, nowhere } from "./interned.ts";
import { SpanAttributesDraft, spanAttributeNumber, unread } from "./span-attributes.ts";
import type { Span, SpanLink, Value } from "./telemetry.ts";
import { hexAt, textAt, type WireBytes } from "./wire-texts.ts";

// Fields as their first byte has them: eight times the number and the wire type. Each a constant of its own: those
// of an object are looked up where a switch compares.
const spanTraceId = 0x0a;
const spanSpanId = 0x12;
const spanParentSpanId = 0x22;
const spanName = 0x2a;
const spanStartTime = 0x39;
const spanEndTime = 0x41;
const spanAttribute = 0x4a;
const spanLink = 0x6a;
const linkTraceId = 0x0a;
const linkSpanId = 0x12;
const linkAttribute = 0x22;
const keyTag = 0x0a;
const valueTag = 0x12;
const stringValue = 0x0a;
const boolValue = 0x10;
const intValue = 0x18;
const doubleValue = 0x21;

const nanosecondsPerMillisecond = 1e6;

/** The span between two offsets, or undefined if it is to be read the long way. */
export function spanAt(wire: WireBytes, start: number, end: number): Span | undefined {
  const { bytes, view } = wire;
  const attributes = new SpanAttributesDraft();
  let links = noLinks;
  let traceId = "";
  let spanId = "";
  let parentSpanId = "";
  let name = "";
  let startTime = 0;
  let endTime = 0;
  let key = 0;
  said.begin(wire);
  for (let at = start; at < end;) {
    const tag = bytes[at] as number;
    const content = contentOf(bytes, at);
    const next = endOf(bytes, at, end);
    if (next === nowhere) return undefined;
    switch (tag) {
      case spanAttribute:
        key = readAttribute(wire, content, next, key, attributes);
        if (key === nowhere) return undefined;
        break;
      case spanTraceId:
        if (next - content !== 16) return undefined;
        traceId = hexAt(wire, content, next);
        break;
      case spanSpanId:
        if (next - content !== 8) return undefined;
        spanId = hexAt(wire, content, next);
        break;
      case spanParentSpanId:
        if (next - content !== 8) return undefined;
        parentSpanId = hexAt(wire, content, next);
        break;
      case spanName:
        name = textAt(wire, content, next);
        break;
      case spanStartTime:
        startTime = timeAt(view, content);
        break;
      case spanEndTime:
        endTime = timeAt(view, content);
        break;
      case spanLink: {
        const found = links.length < maxLinks ? linkAt(wire, content, next) : undefined;
        if (found === undefined) return undefined;
        if (links === noLinks) links = [found];
        else links.push(found);
        break;
      }
      default:
        if (isOneOf(spanFields, tag)) return undefined;
    }
    at = next;
  }
  return { traceId, spanId, parentSpanId, name, startTime, endTime, attributes, links };
}

const noLinks: SpanLink[] = [];

/** More is counted the long way, which has a bound. */
const maxLinks = 128;

// By the bytes of a key its number. Those that nobody reads are known, too.
const keys = new Interned<number>({ places: 1024, maxBytes: 64 });

/**
 * What the attributes of one request said last, by the place of their key. Programs write their attributes in one
 * order and most of them say again what they said in the span before, so a guess saves the reading.
 */
class LastSaid {
  #request = 0;
  readonly #starts = new Int32Array(1024);
  readonly #ends = new Int32Array(1024);
  readonly #numbers = new Int32Array(1024);
  readonly #values: Value[] = Array.from({ length: 1024 }, () => null);
  // By the place of a key that of the key that came after it last.
  readonly followers = new Int32Array(1024);

  /** Forgets all but the order if it is another request. */
  begin({ request }: WireBytes): void {
    if (this.#request === request) return;
    this.#request = request;
    this.#ends.fill(0);
  }

  /** Whether the same bytes were said last. */
  is(key: number, view: DataView, start: number, end: number): boolean {
    const before = this.#starts[key] as number;
    return (this.#ends[key] as number) - before === end - start && isSame(view, before, start, end - start);
  }

  // The number stands here, too: the place of a key may be another's by now.
  numberOf(key: number): number {
    return this.#numbers[key] as number;
  }

  valueOf(key: number): Value {
    return this.#values[key] as Value;
  }

  set(key: number, start: number, end: number, number: number, value: Value): void {
    this.#starts[key] = start;
    this.#ends[key] = end;
    this.#numbers[key] = number;
    this.#values[key] = value;
  }
}

const said = new LastSaid();

// Of at least four bytes.
function isSame(view: DataView, a: number, b: number, length: number): boolean {
  for (let i = 0; i + 4 <= length; i += 4) {
    if (view.getInt32(a + i, true) !== view.getInt32(b + i, true)) return false;
  }
  return view.getInt32(a + length - 4, true) === view.getInt32(b + length - 4, true);
}

// Gives the place of the key, the guess for the next one; nowhere if it is unusual.
function readAttribute(
  wire: WireBytes,
  start: number,
  end: number,
  before: number,
  into: SpanAttributesDraft,
): number {
  const { bytes, view } = wire;
  const guess = said.followers[before] as number;
  if (said.is(guess, view, start, end)) {
    into.count++;
    into.set(said.numberOf(guess), said.valueOf(guess));
    return guess;
  }
  if (!isUsual(bytes, start, end)) return nowhere;
  const keyEnd = start + 2 + (bytes[start + 1] as number);
  const key = keys.holds(guess, view, start + 2, keyEnd) ? guess : keyAt(wire, start + 2, keyEnd);
  if (key === nowhere) return nowhere;
  said.followers[before] = key;
  const number = keys.at(key);
  const value = number === unread ? null : valueAt(wire, keyEnd + 2, end);
  if (value === undefined) return nowhere;
  said.set(key, start, end, number, value);
  into.count++;
  into.set(number, value);
  return key;
}

// A key and after it a value, both short, and nothing else.
function isUsual(bytes: Buffer, start: number, end: number): boolean {
  const keyEnd = start + 2 + (bytes[start + 1] as number);
  return (
    bytes[start] === keyTag &&
    keyEnd + 1 < end &&
    bytes[keyEnd] === valueTag &&
    keyEnd + 2 + (bytes[keyEnd + 1] as number) === end
  );
}

function keyAt(wire: WireBytes, start: number, end: number): number {
  const found = keys.find(wire.view, start, end);
  if (found !== nowhere) return found;
  keys.set(wire.view, start, end, spanAttributeNumber(textAt(wire, start, end)));
  return keys.find(wire.view, start, end);
}

// Undefined if it is unusual: no value at all, a list, or longer than most.
function valueAt(wire: WireBytes, start: number, end: number): Value | undefined {
  const { bytes, view } = wire;
  const first = bytes[start + 1] as number;
  switch (bytes[start]) {
    case stringValue:
      return start + 2 + first === end ? textAt(wire, start + 2, end) : undefined;
    case doubleValue:
      return start + 9 === end ? view.getFloat64(start + 1, true) : undefined;
    case boolValue:
      return start + 2 === end && first < 0x80 ? first !== 0 : undefined;
    case intValue:
      if (start + 2 === end && first < 0x80) return first;
      if (start + 3 !== end || first < 0x80 || (bytes[start + 2] as number) >= 0x80) return undefined;
      return (first & 0x7f) + (bytes[start + 2] as number) * 128;
  }
  return undefined;
}

function linkAt(wire: WireBytes, start: number, end: number): SpanLink | undefined {
  const { bytes } = wire;
  let traceId = "";
  let spanId = "";
  let type: string | undefined = "";
  for (let at = start; at < end;) {
    const tag = bytes[at] as number;
    const content = contentOf(bytes, at);
    const next = endOf(bytes, at, end);
    if (next === nowhere) return undefined;
    if (tag === linkTraceId) {
      if (next - content !== 16) return undefined;
      traceId = hexAt(wire, content, next);
    } else if (tag === linkSpanId) {
      if (next - content !== 8) return undefined;
      spanId = hexAt(wire, content, next);
    } else if (tag === linkAttribute) {
      type = linkTypeAt(wire, content, next);
      if (type === undefined) return undefined;
    } else if (isOneOf(linkFields, tag)) return undefined;
    at = next;
  }
  return { traceId, spanId, type };
}

// By the bytes of a whole attribute.
const linkTypes = new Interned<string>({ places: 64, maxBytes: 64 });

// Undefined for any other attribute.
function linkTypeAt(wire: WireBytes, start: number, end: number): string | undefined {
  const { bytes, view } = wire;
  const known = linkTypes.get(view, start, end);
  if (known !== undefined) return known;
  if (!isUsual(bytes, start, end)) return undefined;
  const keyEnd = start + 2 + (bytes[start + 1] as number);
  const isText = bytes[keyEnd + 2] === stringValue && keyEnd + 4 + (bytes[keyEnd + 3] as number) === end;
  if (!isText || textAt(wire, start + 2, keyEnd) !== attribute.linkType) return undefined;
  const type = textIn(textAt(wire, keyEnd + 4, end));
  linkTypes.set(view, start, end, type);
  return type;
}

function timeAt(view: DataView, at: number): number {
  return (view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)) / nanosecondsPerMillisecond;
}

// The numbers of the fields that are read, one bit each: with another wire type than theirs they are an error.
const spanFields = bits(1, 2, 4, 5, 7, 8, 9, 13);
const linkFields = bits(1, 2, 4);

function bits(...numbers: number[]): number {
  return numbers.reduce((all, number) => all | (1 << number), 0);
}

function isOneOf(fields: number, tag: number): boolean {
  return tag < 0x80 && (fields & (1 << (tag >> 3))) !== 0;
}

/** Where the content of the field at an offset begins, if its tag has one byte. */
function contentOf(bytes: Buffer, at: number): number {
  if (((bytes[at] as number) & 7) !== 2) return at + 1;
  return (bytes[at + 1] as number) < 0x80 ? at + 2 : at + 3;
}

/** Where the field at an offset ends; nowhere if it is unusual or ends too late. */
function endOf(bytes: Buffer, at: number, end: number): number {
  const tag = bytes[at] as number;
  let next = at + 1;
  // A second byte of a tag, as that of a span's flags is.
  if (tag >= 0x80) {
    const rest = bytes[next++] as number;
    if (rest === 0 || rest >= 0x80) return nowhere;
  } else if (tag < 8) return nowhere;
  switch (tag & 7) {
    case 0:
      while (next < end && (bytes[next] as number) >= 0x80) next++;
      if (next - at > 5) return nowhere;
      next++;
      break;
    case 1:
      next += 8;
      break;
    case 2: {
      let sizeBytes = bytes[next++] as number;
      if (sizeBytes >= 0x80) {
        const rest = bytes[next++] as number;
        if (rest >= 0x80) return nowhere;
        sizeBytes = (sizeBytes & 0x7f) + rest * 128;
      }
      next += sizeBytes;
      break;
    }
    case 5:
      next += 4;
      break;
    default:
      return nowhere;
  }
  return next <= end ? next : nowhere;
}
