/**
 * A cursor over protobuf bytes: it knows the wire format and no message.
 *
 * @example
 * ```ts
 * const reader = new ProtobufReader(bytes);
 * while (reader.next()) {
 *   if (reader.field === 1) name = reader.string();
 *   else reader.skip();
 * }
 * ```
 */

import { DecodeError } from "./decode-error.ts";
import { maxNumbers, maxObjects } from "./decode-limits.ts";

const varint = 0;
const fixed64 = 1;
const delimited = 2;
const groupStart = 3;
const groupEnd = 4;
const fixed32 = 5;

/** Deprecated groups are skipped like any unknown field, but only so deep. */
const maxGroupDepth = 32;

export class ProtobufReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;
  #wireType = varint;
  // Shared with the readers of all messages inside.
  readonly #budget: { objects: number };
  /** The number of the field that the last `next()` found. */
  field = 0;

  constructor(
    bytes: Uint8Array,
    start = 0,
    end: number = bytes.length,
    budget: { objects: number } = { objects: maxObjects },
  ) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
    this.#budget = budget;
  }

  /** Goes to the next field; false at the end of the message. Read or skip it before the next call. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.#wireType = tag % 8;
    this.field = Math.floor(tag / 8);
    if (this.field === 0 || tag > 0xffffffff)
      throw new DecodeError("A protobuf field has an invalid number.");
    return true;
  }

  /** True if the field holds packed values or a message. */
  get delimited(): boolean {
    return this.#wireType === delimited;
  }

  /** An unsigned integer; past 2^53 it is the nearest double. */
  uint(): number {
    this.#expect(varint);
    return this.#varint();
  }

  bool(): boolean {
    return this.uint() !== 0;
  }

  /** A 64-bit integer in two's complement. */
  int(): number {
    this.#expect(varint);
    const start = this.#at;
    const value = this.#varint();
    // Only a negative integer takes ten bytes, and doubles can't carry its sixty-four bits.
    return this.#at - start < 10 ? value : this.#negative(start);
  }

  /** A zigzag-encoded 32-bit integer. */
  sint32(): number {
    const value = this.uint() % 2 ** 32;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  fixed64(): number {
    const at = this.#fixed(fixed64, 8);
    return this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }

  sfixed64(): number {
    const at = this.#fixed(fixed64, 8);
    return this.#view.getInt32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }

  double(): number {
    return this.#view.getFloat64(this.#fixed(fixed64, 8), true);
  }

  bytes(): Uint8Array {
    const [start, end] = this.#range();
    return this.#bytes.subarray(start, end);
  }

  string(): string {
    const [start, end] = this.#range();
    return text.decode(this.#bytes.subarray(start, end));
  }

  /** A reader of the message inside this field. */
  message(): ProtobufReader {
    const [start, end] = this.#range();
    if (--this.#budget.objects < 0) throw new DecodeError(`The request has more than ${maxObjects} objects.`);
    return new ProtobufReader(this.#bytes, start, end, this.#budget);
  }

  /** Appends the unsigned integers of a repeated field, packed or not. */
  uints(into: number[]): void {
    if (!this.delimited) {
      append(into, this.uint());
      return;
    }
    const packed = this.message();
    while (packed.#at < packed.#end) append(into, packed.#varint());
  }

  /** Appends the unsigned 64-bit integers of a repeated field, packed or not. */
  fixed64s(into: number[]): void {
    this.#eight(into, (reader) => reader.fixed64());
  }

  /** Appends the doubles of a repeated field, packed or not. */
  doubles(into: number[]): void {
    this.#eight(into, (reader) => reader.double());
  }

  // Each value takes eight bytes.
  #eight(into: number[], read: (reader: ProtobufReader) => number): void {
    if (!this.delimited) {
      append(into, read(this));
      return;
    }
    const packed = this.message();
    packed.#wireType = fixed64;
    while (packed.#at < packed.#end) append(into, read(packed));
  }

  skip(): void {
    this.#skip(0);
  }

  #skip(depth: number): void {
    if (this.#wireType === varint) this.#varint();
    else if (this.#wireType === fixed64) this.#advance(8);
    else if (this.#wireType === delimited) this.#range();
    else if (this.#wireType === fixed32) this.#advance(4);
    else if (this.#wireType === groupStart && depth < maxGroupDepth) this.#skipGroup(depth + 1);
    else throw new DecodeError(`Protobuf field ${this.field} has the invalid wire type ${this.#wireType}.`);
  }

  #skipGroup(depth: number): void {
    const group = this.field;
    while (this.next()) {
      if (this.#wireType !== groupEnd) this.#skip(depth);
      else if (this.field === group) return;
      else throw new DecodeError(`Protobuf group ${group} ends as group ${this.field}.`);
    }
    throw truncated();
  }

  #expect(wireType: number): void {
    if (this.#wireType === wireType) return;
    throw new DecodeError(
      `Protobuf field ${this.field} has wire type ${this.#wireType} where ${wireType} belongs.`,
    );
  }

  #fixed(wireType: number, sizeBytes: number): number {
    this.#expect(wireType);
    return this.#advance(sizeBytes);
  }

  #advance(sizeBytes: number): number {
    const at = this.#at;
    if (sizeBytes > this.#end - at) throw truncated();
    this.#at = at + sizeBytes;
    return at;
  }

  #range(): [start: number, end: number] {
    this.#expect(delimited);
    const start = this.#advance(this.#varint());
    return [start, this.#at];
  }

  #byte(): number {
    return this.#bytes[this.#advance(1)] as number;
  }

  #varint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new DecodeError("A protobuf varint is longer than ten bytes.");
  }

  #negative(start: number): number {
    let value = 0n;
    for (let i = 9; i >= 0; i--) value = (value << 7n) | BigInt((this.#bytes[start + i] as number) & 0x7f);
    return Number(BigInt.asIntN(64, value));
  }
}

function append(numbers: number[], number: number): void {
  if (numbers.length >= maxNumbers) throw new DecodeError(`A list has more than ${maxNumbers} numbers.`);
  numbers.push(number);
}

// A byte order mark is a character like any other here.
const text = new TextDecoder("utf-8", { ignoreBOM: true });

function truncated(): DecodeError {
  return new DecodeError("The protobuf message ends in the middle of a field.");
}
