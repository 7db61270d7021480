/** A record of the journal as bytes: its length and checksum, then token, time and content. */

import { crc32 } from "node:zlib";
import { ByteReader, ByteWriter, BytesError } from "./bytes.ts";

export interface JournalRecord {
  readonly token: string;
  /** Unix ms: when it came. */
  readonly time: number;
  readonly content: Uint8Array;
}

const headBytes = 8;

export function recordBytes({ token, time, content }: JournalRecord): Buffer {
  const body = new ByteWriter(content.length + token.length + 32);
  body.text(token);
  body.number(time);
  body.varint(content.length);
  body.bytes(content);
  const record = new ByteWriter(body.length + headBytes);
  record.uint32(body.length);
  record.uint32(crc32(body.view()));
  record.bytes(body.view());
  return record.view();
}

/** The whole records at the beginning of a file, and how many bytes they take. */
export function readRecords(bytes: Uint8Array): {
  readonly records: JournalRecord[];
  readonly wholeBytes: number;
} {
  const records: JournalRecord[] = [];
  const from = new ByteReader(bytes);
  let wholeBytes = 0;
  while (bytes.length - wholeBytes > headBytes) {
    const record = readRecord(from, bytes.length - wholeBytes);
    if (record === undefined) break;
    records.push(record);
    wholeBytes = from.at;
  }
  return { records, wholeBytes };
}

function readRecord(from: ByteReader, left: number): JournalRecord | undefined {
  const sizeBytes = from.uint32();
  const checksum = from.uint32();
  if (sizeBytes === 0 || sizeBytes > left - headBytes) return undefined;
  const body = from.bytes(sizeBytes);
  if (crc32(body) !== checksum) return undefined;
  const fields = new ByteReader(body);
  try {
    return { token: fields.text(), time: fields.number(), content: fields.bytes(fields.varint()) };
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}
