/**
 * A cursor over protobuf bytes: it knows the wire format and no message. There is one for a whole request; it goes
 * into a message and out again instead of having another one made.
 *
 * @example
 * ```ts
 * const reader = new ProtobufReader(bytes);
 * while (reader.next()) {
 *   if (reader.field === 1) name = reader.string();
 *   else if (reader.field === 2) site = readSite(reader);
 *   else reader.skip();
 * }
 *
 * function readSite(reader: ProtobufReader): Site {
 *   const site = newSite();
 *   const outer = reader.enter();
 *   while (reader.next()) {
 *     …
 *   }
 *   reader.leave(outer);
 *   return site;
 * }
 * ```
 */

import { DecodeError } from "./decode-error.ts";
import { maxNumbers, maxObjects } from "./decode-limits.ts";
import type { Interned } from "./interned.ts";
import { keepShape } from "./shape.ts";
import { hexAt, textAt, wireBytes, type WireBytes } from "./wire-texts.ts";

const varint = 0;
const fixed64 = 1;
const delimited = 2;
const groupStart = 3;
const groupEnd = 4;
const fixed32 = 5;

/** Deprecated groups are skipped like any unknown field, but only so deep. */
const maxGroupDepth = 32;

export class ProtobufReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #wire: WireBytes;
  // Of the message that is read now.
  #end: number;
  #at = 0;
  #wireType = varint;
  #objects = maxObjects;
  /** The number of the field that the last `next()` found. */
  field = 0;

  constructor(bytes: Uint8Array) {
    this.#wire = wireBytes(bytes);
    this.#bytes = this.#wire.bytes;
    this.#view = this.#wire.view;
    this.#end = bytes.byteLength;
  }

  /** Goes to the next field; false at the end of the message. Read or skip it before the next call. */
  next(): boolean {
    const at = this.#at;
    if (at >= this.#end) return false;
    const tag = this.#bytes[at] as number;
    if (tag < 8 || tag >= 0x80) return this.#longTag();
    this.#at = at + 1;
    this.#wireType = tag & 7;
    this.field = tag >> 3;
    return true;
  }

  /** Goes into the message of this field, up to its end. What it returns is for `leave`. */
  enter(): number {
    const start = this.#range();
    const outer = this.#end;
    this.#end = this.#at;
    this.#at = start;
    this.#count();
    return outer;
  }

  /** Goes on in the message around this one. */
  leave(outer: number): void {
    this.#at = this.#end;
    this.#end = outer;
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

  /** A copy: what is read outlives the request. */
  bytes(): Uint8Array {
    const start = this.#range();
    return Buffer.from(this.#bytes.subarray(start, this.#at));
  }

  string(): string {
    const start = this.#range();
    return textAt(this.#wire, start, this.#at);
  }

  /** Bytes as hex digits. */
  hex(): string {
    const start = this.#range();
    return hexAt(this.#wire, start, this.#at);
  }

  /** Whether `take` takes the content of this field in; if it does not, the field is still to be read. */
  passedOver<Into>(
    take: (wire: WireBytes, start: number, end: number, into: Into) => boolean,
    into: Into,
  ): boolean {
    const begin = this.#at;
    const start = this.#range();
    const taken = take(this.#wire, start, this.#at, into);
    if (taken) this.#count();
    else this.#at = begin;
    return taken;
  }

  /**
   * What `read` makes of this field and those of the same number right after it, each of them a message. Kept by
   * its bytes in `known`, and not read again when the same come again.
   */
  run<Value>(known: Interned<Value>, read: (reader: ProtobufReader) => Value): Value {
    const start = this.#at;
    const end = this.#runEnd();
    const outer = this.#end;
    this.#end = end;
    let value = known.get(this.#view, start, end);
    if (value === undefined) {
      value = read(this);
      known.set(this.#view, start, end, value);
    }
    this.leave(outer);
    return value;
  }

  /** The unsigned integers of a repeated field, packed or not, after those read before. */
  uints(before: number[]): number[] {
    if (!this.delimited) append(before, this.uint());
    else if (before.length === 0) return this.#packed();
    else for (const number of this.#packed()) append(before, number);
    return before;
  }

  // In a list of their number: one that grows is copied again and again.
  #packed(): number[] {
    const outer = this.enter();
    // oxlint-disable-next-line unicorn/no-new-array -- room for so many
    const numbers = new Array<number>(this.#countVarints());
    for (let i = 0; i < numbers.length; i++) numbers[i] = this.#varint();
    if (this.#at < this.#end) throw truncated();
    this.leave(outer);
    return numbers;
  }

  // Each ends with the one byte that has no more after it.
  #countVarints(): number {
    let count = 0;
    for (let at = this.#at; at < this.#end; at++) if ((this.#bytes[at] as number) < 0x80) count++;
    if (count > maxNumbers) throw new DecodeError(`A list has more than ${maxNumbers} numbers.`);
    return count;
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
    const outer = this.enter();
    this.#wireType = fixed64;
    while (this.#at < this.#end) append(into, read(this));
    this.leave(outer);
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

  // The end of this field and those of the same number right after it. Tags of two bytes end a run: none is needed.
  #runEnd(): number {
    const tag = this.field * 8 + delimited;
    const start = this.#at;
    this.#range();
    let end = this.#at;
    while (end < this.#end && this.#bytes[end] === tag) {
      this.#at = end + 1;
      this.#range();
      end = this.#at;
    }
    this.#at = start;
    return end;
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) this.#unexpected(wireType);
  }

  #unexpected(wireType: number): never {
    throw new DecodeError(
      `Protobuf field ${this.field} has wire type ${this.#wireType} where ${wireType} belongs.`,
    );
  }

  #fixed(wireType: number, sizeBytes: number): number {
    this.#expect(wireType);
    return this.#advance(sizeBytes);
  }

  #count(): void {
    if (--this.#objects < 0) throw new DecodeError(`The request has more than ${maxObjects} objects.`);
  }

  #longTag(): boolean {
    const tag = this.#varint();
    if (tag < 8 || tag > 0xffffffff) throw new DecodeError("A protobuf field has an invalid number.");
    this.#wireType = tag & 7;
    this.field = tag >>> 3;
    return true;
  }

  // From where it goes on to where it was.
  #advance(sizeBytes: number): number {
    const at = this.#at;
    if (sizeBytes > this.#end - at) throw truncated();
    this.#at = at + sizeBytes;
    return at;
  }

  // Goes behind a field with a length; where its content begins.
  #range(): number {
    this.#expect(delimited);
    const at = this.#at;
    const sizeBytes = at < this.#end ? (this.#bytes[at] as number) : 0x80;
    if (sizeBytes >= 0x80) return this.#advance(this.#longVarint());
    const start = at + 1;
    if (sizeBytes > this.#end - start) throw truncated();
    this.#at = start + sizeBytes;
    return start;
  }

  #varint(): number {
    const at = this.#at;
    const byte = at < this.#end ? (this.#bytes[at] as number) : 0x80;
    if (byte >= 0x80) return this.#longVarint();
    this.#at = at + 1;
    return byte;
  }

  #longVarint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#bytes[this.#advance(1)] as number;
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

function truncated(): DecodeError {
  return new DecodeError("The protobuf message ends in the middle of a field.");
}

keepShape(new ProtobufReader(new Uint8Array(0)));
