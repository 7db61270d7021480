/** OTLP's AnyValue in protobuf: what attributes and bodies consist of. */

import { DecodeError } from "./decode-error.ts";
import { maxValueDepth } from "./decode-limits.ts";
import type { ProtobufReader } from "./protobuf.ts";
import type { Attributes, Value } from "./telemetry.ts";

/** Adds an attribute to those read so far; of two with one key the last stays. */
export function readKeyValue(reader: ProtobufReader, into: Map<string, Value>, depth: number): void {
  let key = "";
  let value: Value = null;
  while (reader.next()) {
    if (reader.field === 1) key = reader.string();
    else if (reader.field === 2) value = readValue(reader.message(), depth);
    else reader.skip();
  }
  into.set(key, value);
}

/** An attribute's value or a log's body. */
export function readValue(reader: ProtobufReader, depth: number): Value {
  if (depth > maxValueDepth) throw new DecodeError(`A value is nested more than ${maxValueDepth} deep.`);
  let value: Value = null;
  while (reader.next()) {
    if (reader.field === 1) value = reader.string();
    else if (reader.field === 2) value = reader.bool();
    else if (reader.field === 3) value = reader.int();
    else if (reader.field === 4) value = reader.double();
    else if (reader.field === 5) value = readArray(reader.message(), depth);
    else if (reader.field === 6) value = readKeyValueList(reader.message(), depth);
    else if (reader.field === 7) value = reader.bytes();
    else reader.skip();
  }
  return value;
}

function readArray(reader: ProtobufReader, depth: number): Value[] {
  const values: Value[] = [];
  while (reader.next()) {
    if (reader.field === 1) values.push(readValue(reader.message(), depth + 1));
    else reader.skip();
  }
  return values;
}

function readKeyValueList(reader: ProtobufReader, depth: number): Attributes {
  const values = new Map<string, Value>();
  while (reader.next()) {
    if (reader.field === 1) readKeyValue(reader.message(), values, depth + 1);
    else reader.skip();
  }
  return values;
}
