/**
 * The short way through a span: one pass over its bytes, field by field as the spans before it were written, for spans
 * that are written as programs write them. Whatever is unusual in any way, or no span at all, is left to `readSpan`, which knows all of
 * protobuf and says what is wrong.
 *
 * Source of the layout: opentelemetry-proto, trace.proto and common.proto.
 */

import { attribute } from "@holdup/protocol";
import { textIn } from "./attributes.ts";
import { Interned, nowhere } from "./interned.ts";
import { spanAttributeNumber, unread } from "./span-attributes.ts";
import { figure, type SpanColumns } from "./span-columns.ts";
import { noStep, passOver, SpanRoutes, type Fact, type Field } from "./span-routes.ts";
import type { Value } from "./telemetry.ts";
import { textAt, type WireBytes } from "./wire-texts.ts";

const varint = 0;
const delimited = 2;

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

// What is done with a field, other than to pass it over.
const takeTraceId = 1;
const takeSpanId = 2;
const takeParentSpanId = 3;
const takeTime = 4;
const takeDouble = 5;
const takeInt = 6;
const takeLongInt = 7;
const takeZero = 8;
const takeTaskId = 9;
const takeTaskName = 10;
const takeLink = 11;

/** Takes the span between two offsets in; false if it is to be read the long way. */
export function takeSpan(wire: WireBytes, start: number, end: number, into: SpanColumns): boolean {
  const { bytes, view } = wire;
  let place = routes.begin();
  let links = 0;
  let taskId = "";
  let taskName = "";
  into.open();
  for (let at = start; at < end;) {
    const step = stepAt(place, wire, at, end);
    if (step === noStep) return false;
    const content = at + routes.knownBytes(step);
    const next = at + routes.sizeBytes(step);
    switch (routes.act(step)) {
      case takeTraceId:
        into.setTraceId(view, content);
        break;
      case takeSpanId:
        into.setSpanId(view, content);
        break;
      case takeParentSpanId:
        into.setParentSpanId(view, content);
        break;
      case takeTime:
        into.setFigure(routes.column(step), timeAt(view, content));
        break;
      case takeDouble: {
        const value = view.getFloat64(content, true);
        into.setFigure(routes.column(step), Number.isFinite(value) ? value : 0);
        break;
      }
      case takeInt:
        if ((bytes[content] as number) >= 0x80) return false;
        into.setFigure(routes.column(step), bytes[content] as number);
        break;
      case takeLongInt: {
        const first = bytes[content] as number;
        const second = bytes[content + 1] as number;
        if (first < 0x80 || second >= 0x80) return false;
        into.setFigure(routes.column(step), (first & 0x7f) + second * 128);
        break;
      }
      case takeZero:
        into.setFigure(routes.column(step), 0);
        break;
      case takeTaskId:
        taskId = textAt(wire, content, next);
        break;
      case takeTaskName:
        taskName = textAt(wire, content, next);
        break;
      case takeLink:
        if (links++ === maxLinks || !linkAt(wire, content, next, into)) return false;
        break;
    }
    at = next;
    place = routes.to(step);
  }
  into.close(routes.facts(place), taskName || taskId);
  return true;
}

const routes = new SpanRoutes();

/** More is counted the long way, which has a bound. */
const maxLinks = 128;

// None if the field is unusual.
function stepAt(place: number, wire: WireBytes, at: number, end: number): number {
  const { bytes, view } = wire;
  const guess = routes.guess(place, view, at, end);
  if (guess !== noStep) return guess;
  const next = endOf(bytes, at, end);
  if (next === nowhere) return noStep;
  const found = routes.find(place, view, at, next);
  if (found !== noStep) return found;
  const field = fieldAt(wire, at, next);
  return field === undefined ? noStep : routes.learn(place, view, at, field);
}

/** What is to be known of a field; undefined if it is unusual. */
function fieldAt(wire: WireBytes, start: number, end: number): Field | undefined {
  const { bytes } = wire;
  const tag = bytes[start] as number;
  const content = contentOf(bytes, start);
  const sizeBytes = end - start;
  const isAttribute = false;
  const taken = (act: number, knownBytes: number, column = 0): Field => {
    return { knownBytes, sizeBytes, act, column, fact: undefined, isAttribute };
  };
  switch (tag) {
    case spanTraceId:
      return end - content === 16 ? taken(takeTraceId, content - start) : undefined;
    case spanSpanId:
      return end - content === 8 ? taken(takeSpanId, content - start) : undefined;
    case spanParentSpanId:
      return end - content === 8 ? taken(takeParentSpanId, content - start) : undefined;
    case spanStartTime:
      return taken(takeTime, 1, figure.start);
    case spanEndTime:
      return taken(takeTime, 1, figure.end);
    case spanName:
      return { ...taken(passOver, sizeBytes), fact: { kind: "name", name: textAt(wire, content, end) } };
    case spanAttribute:
      return attributeAt(wire, start, content, end);
    case spanLink:
      return taken(takeLink, content - start);
  }
  return isOneOf(spanFields, tag) ? undefined : taken(passOver, skippedBytes(bytes, start, end));
}

// How much tells what it is and how long.
function skippedBytes(bytes: Buffer, start: number, end: number): number {
  const tag = bytes[start] as number;
  const tagBytes = tag < 0x80 ? 1 : 2;
  if ((tag & 7) === varint) return end - start;
  if ((tag & 7) !== delimited) return tagBytes;
  return tagBytes + ((bytes[start + tagBytes] as number) < 0x80 ? 1 : 2);
}

// The attributes that each span has its own of, by their number: numbers by column, and the task.
const figureColumns = new Map<number, number>([
  [spanAttributeNumber(attribute.waitBlocked), figure.blocked],
  [spanAttributeNumber(attribute.waitHandoff), figure.handoff],
  [spanAttributeNumber(attribute.permitsRequested), figure.permits],
  [spanAttributeNumber(attribute.samplingProbability), figure.probability],
]);
const taskActs = new Map<number, number>([
  [spanAttributeNumber(attribute.taskId), takeTaskId],
  [spanAttributeNumber(attribute.taskName), takeTaskName],
]);

function attributeAt(wire: WireBytes, start: number, content: number, end: number): Field | undefined {
  const { bytes } = wire;
  if (!isUsual(bytes, content, end)) return undefined;
  const keyEnd = content + 2 + (bytes[content + 1] as number);
  const number = spanAttributeNumber(textAt(wire, content + 2, keyEnd));
  const value = keyEnd + 2;
  const sizeBytes = end - start;
  const isAttribute = true;
  const said = (act: number, knownBytes: number, column = 0, fact?: Fact): Field => {
    return { knownBytes, sizeBytes, act, column, fact, isAttribute };
  };
  if (number === unread) return said(passOver, value - start);
  const read = valueAt(wire, value, end);
  const taskAct = taskActs.get(number);
  const column = figureColumns.get(number);
  if (read === undefined) return undefined;
  // A value that is none of a task or a figure is known as a whole, and nothing or zero.
  if (taskAct !== undefined) return said(taskAct, typeof read === "string" ? value + 2 - start : sizeBytes);
  if (column !== undefined) {
    if (typeof read !== "number") return said(takeZero, sizeBytes, column);
    const act = bytes[value] === doubleValue ? takeDouble : end - value === 2 ? takeInt : takeLongInt;
    return said(act, value + 1 - start, column);
  }
  return said(passOver, sizeBytes, 0, { kind: "attribute", number, value: read });
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

// False if it is unusual.
function linkAt(wire: WireBytes, start: number, end: number, into: SpanColumns): boolean {
  const { bytes, view } = wire;
  let traceId = nowhere;
  let spanId = nowhere;
  let type: string | undefined = "";
  for (let at = start; at < end;) {
    const tag = bytes[at] as number;
    const content = contentOf(bytes, at);
    const next = endOf(bytes, at, end);
    if (next === nowhere) return false;
    if (tag === linkTraceId) {
      if (next - content !== 16) return false;
      traceId = content;
    } else if (tag === linkSpanId) {
      if (next - content !== 8) return false;
      spanId = content;
    } else if (tag === linkAttribute) {
      type = linkTypeAt(wire, content, next);
      if (type === undefined) return false;
    } else if (isOneOf(linkFields, tag)) return false;
    at = next;
  }
  into.addLink(view, traceId, spanId, type);
  return true;
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
