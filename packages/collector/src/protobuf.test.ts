import fc from "fast-check";
import { expect, test } from "vitest";
import { DecodeError } from "./decode-error.ts";
import { ProtobufReader } from "./protobuf.ts";

test("fields are read one by one and unknown ones are skipped, groups too", () => {
  // 1: varint 300, 2: group { 1: varint 1 }, 3: "hi", 4: fixed32, 5: sint32 -2
  const bytes = [8, 0xac, 2, 0x13, 8, 1, 0x14, 0x1a, 2, 104, 105, 0x25, 0, 0, 0, 0, 0x28, 3];
  const reader = new ProtobufReader(Uint8Array.from(bytes));

  expect([reader.next(), reader.field, reader.uint()]).toEqual([true, 1, 300]);
  expect([reader.next(), reader.field, reader.skip()]).toEqual([true, 2, undefined]);
  expect([reader.next(), reader.field, reader.string()]).toEqual([true, 3, "hi"]);
  expect([reader.next(), reader.field, reader.skip()]).toEqual([true, 4, undefined]);
  expect([reader.next(), reader.field, reader.sint32()]).toEqual([true, 5, -2]);
  expect(reader.next()).toBe(false);
});

test("a repeated integer is read packed and unpacked", () => {
  let read: number[] = [];
  const reader = new ProtobufReader(Uint8Array.of(0x10, 5, 0x12, 3, 1, 0x80, 1, 0x10, 7));
  while (reader.next()) read = reader.uints(read);
  expect(read).toEqual([5, 1, 128, 7]);
  const cut = new ProtobufReader(Uint8Array.of(0x12, 2, 1, 0x80));
  expect(() => [cut.next(), cut.uints([])]).toThrow("The protobuf message ends in the middle of a field.");
});

test("a negative integer is read from its ten bytes", () => {
  const reader = new ProtobufReader(
    Uint8Array.of(0x18, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
  );
  expect([reader.next(), reader.int()]).toEqual([true, -2]);
});

test.each([
  ["a truncated varint", [8, 0x80]],
  ["a length past the end", [0x12, 5, 1]],
  ["a truncated double", [9, 0, 0]],
  ["a varint of eleven bytes", [8, ...Array.from({ length: 11 }, () => 0xff)]],
  ["wire type 6", [0x0e]],
  ["an end of no group", [0x0c]],
  ["a group that never ends", [0x0b]],
  ["field number 0", [0]],
])("%s is an error", (_, bytes) => {
  const reader = new ProtobufReader(Uint8Array.from(bytes));
  expect(() => {
    while (reader.next()) reader.skip();
  }).toThrow(DecodeError);
});

test("any bytes are skipped to their end or are an error, never worse", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const reader = new ProtobufReader(bytes);
      try {
        while (reader.next()) reader.skip();
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }),
  );
});
