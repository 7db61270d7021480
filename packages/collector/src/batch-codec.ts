/** Batches as bytes: what the journal keeps of a request. */

import type { KeptFinding } from "@holdup/protocol";
import { BytesError, ByteReader, ByteWriter } from "./bytes.ts";
import { readHistogram, readMeasure, writeHistogram, writeMeasure } from "./measure-codec.ts";
import type { Reading } from "./readings.ts";
import type { Rollup, Series } from "./rollup.ts";
import { readSite, writeSite } from "./site-codec.ts";
import type { Batch } from "./store.ts";
import { writeSpans } from "./span-codec.ts";
import { TextReader, TextWriter } from "./text-codec.ts";
import { holdCodec, readHold } from "./hold-codec.ts";
import { readWait, waitCodec } from "./wait-codec.ts";

const version = 2;

/** All but the token. */
export type BatchContent = Omit<Batch, "token">;

export function encodeBatch({ rollups, waits, holds = [], findings, readings }: BatchContent): Buffer {
  const to = new ByteWriter(256 + 128 * (rollups.length + waits.length + holds.length));
  const texts = new TextWriter(to);
  to.varint(version);
  to.varint(rollups.length);
  for (const rollup of rollups) writeRollup(to, texts, rollup);
  to.varint(readings.size);
  for (const [key, reading] of readings) {
    to.text(key);
    writeReading(to, reading);
  }
  to.varint(waits.length);
  writeSpans(to, texts, waits, waitCodec);
  to.varint(holds.length);
  writeSpans(to, texts, holds, holdCodec);
  to.text(findings.length === 0 ? "" : JSON.stringify(findings));
  return to.view();
}

/** Throws a BytesError for what no `encodeBatch` made. */
export function decodeBatch(bytes: Uint8Array): BatchContent {
  const from = new ByteReader(bytes);
  const texts = new TextReader(from);
  if (from.varint() !== version) throw new BytesError("The batch is of another version.");
  const rollups = Array.from({ length: from.varint() }, () => readRollup(from, texts));
  const readings = new Map(
    Array.from({ length: from.varint() }, () => [from.text(), readReading(from)] as const),
  );
  const waits = Array.from({ length: from.varint() }, () => readWait(from, texts));
  const holds = Array.from({ length: from.varint() }, () => readHold(from, texts));
  const records = from.text();
  const findings = records === "" ? [] : (JSON.parse(records) as KeptFinding[]);
  return { rollups, waits, ...(holds.length === 0 ? {} : { holds }), findings, readings };
}

function writeRollup(to: ByteWriter, texts: TextWriter, { series, time, measure }: Rollup): void {
  const { service, type, name, operation, outcome, waiterSite, holderSite, estimated } = series;
  for (const text of [service, type, name, operation, outcome]) texts.write(text);
  to.varint((waiterSite === null ? 0 : 1) + (holderSite === null ? 0 : 2) + (estimated === true ? 4 : 0));
  if (waiterSite !== null) writeSite(to, texts, waiterSite);
  if (holderSite !== null) writeSite(to, texts, holderSite);
  to.number(time);
  writeMeasure(to, measure);
}

function readRollup(from: ByteReader, texts: TextReader): Rollup {
  const service = texts.read();
  const type = texts.read();
  const name = texts.read();
  const operation = texts.read();
  const outcome = texts.read();
  const flags = from.varint();
  const waiterSite = (flags & 1) > 0 ? readSite(from, texts) : null;
  const holderSite = (flags & 2) > 0 ? readSite(from, texts) : null;
  const time = from.number();
  const known: Series = { service, type, name, operation, outcome, waiterSite, holderSite };
  const series: Series = (flags & 4) > 0 ? { ...known, estimated: true } : known;
  return { series, time, measure: readMeasure(from) };
}

export function encodeReading(reading: Reading): Buffer {
  const to = new ByteWriter(256);
  writeReading(to, reading);
  return to.take();
}

export function decodeReading(bytes: Uint8Array): Reading {
  return readReading(new ByteReader(bytes));
}

function writeReading(to: ByteWriter, { startTime, time, value }: Reading): void {
  to.number(startTime);
  to.number(time);
  to.varint(typeof value === "number" ? 0 : 1);
  if (typeof value === "number") to.number(value);
  else writeHistogram(to, value);
}

function readReading(from: ByteReader): Reading {
  const startTime = from.number();
  const time = from.number();
  const value = from.varint() === 0 ? from.number() : readHistogram(from);
  return { startTime, time, value };
}
