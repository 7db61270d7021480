/** OTLP's AnyValue in protobuf: what attributes and bodies consist of. */

import { DecodeError } from "./decode-error.ts";
import { maxValueDepth } from "./decode-limits.ts";
import { Interned } from "./interned.ts";
import type { ProtobufReader } from "./protobuf.ts";
import type { Attributes, Value } from "./telemetry.ts";

/**
 * The sets of attributes that came lately, by their bytes: a program says who it is in each request, and its metrics
 * have the same attributes in each interval. What is given out is the very same Map each time.
 */
const known = new Interned<Attributes>({ places: 4096, maxBytes: 512 });

/** The attributes of this field and of those of its number right after it, with those read before. */
export function readAttributes(reader: ProtobufReader, before: Attributes): Attributes {
  const found = reader.run(known, readRun);
  return before.size === 0 ? found : new Map([...before, ...found]);
}

/** What has no attributes. */
export const noAttributes: Attributes = new Map();

function readRun(reader: ProtobufReader): Attributes {
  const attributes = new Map<string, Value>();
  do readKeyValue(reader, attributes, 1);
  while (reader.next());
  return attributes;
}

/** Adds an attribute to those read so far; of two with one key the last stays. */
function readKeyValue(reader: ProtobufReader, into: Map<string, Value>, depth: number): void {
  let key = "";
  let value: Value = null;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) key = reader.string();
    else if (reader.field === 2) value = readValue(reader, depth);
    else reader.skip();
  }
  reader.leave(outer);
  into.set(key, value);
}

/** An attribute's value or a log's body. */
export function readValue(reader: ProtobufReader, depth: number): Value {
  if (depth > maxValueDepth) throw new DecodeError(`A value is nested more than ${maxValueDepth} deep.`);
  let value: Value = null;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) value = reader.string();
    else if (reader.field === 2) value = reader.bool();
    else if (reader.field === 3) value = reader.int();
    else if (reader.field === 4) value = reader.double();
    else if (reader.field === 5) value = readArray(reader, depth);
    else if (reader.field === 6) value = readKeyValueList(reader, depth);
    else if (reader.field === 7) value = reader.bytes();
    else reader.skip();
  }
  reader.leave(outer);
  return value;
}

function readArray(reader: ProtobufReader, depth: number): Value[] {
  const values: Value[] = [];
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) values.push(readValue(reader, depth + 1));
    else reader.skip();
  }
  reader.leave(outer);
  return values;
}

function readKeyValueList(reader: ProtobufReader, depth: number): Attributes {
  const values = new Map<string, Value>();
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) readKeyValue(reader, values, depth + 1);
    else reader.skip();
  }
  reader.leave(outer);
  return values;
}
