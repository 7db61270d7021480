/** Kept holds as bytes: what the journal keeps of them, and in blocks the table of a store. */

import type { KeptHold, Site } from "@holdup/protocol";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { grantLink } from "./kept-hold.ts";
import type { Program } from "./program.ts";
import { readSite, writeSite, writeSiteOf } from "./site-codec.ts";
import { figure, type SpanColumns } from "./span-columns.ts";
import type { SpanCodec } from "./span-codec.ts";
import type { SpanFacts } from "./span-facts.ts";
import { writeIds, writeLinkId } from "./span-id-codec.ts";
import type { TextReader, TextWriter } from "./text-codec.ts";

/** How holds are written. */
export const holdCodec: SpanCodec<KeptHold> = { write: writeHold, writeAt: writeHoldAt };

function writeHold(to: ByteWriter, texts: TextWriter, hold: KeptHold): void {
  const { holderSite, task, wait } = hold;
  texts.write(hold.service);
  texts.write(hold.instance);
  texts.write(hold.primitive.name);
  texts.write(hold.primitive.type);
  texts.write(hold.operation);
  to.varint((holderSite === null ? 0 : 1) + (task === null ? 0 : 2) + (wait === null ? 0 : 4));
  if (holderSite !== null) writeSite(to, texts, holderSite);
  if (task !== null) texts.write(task);
  to.number(hold.start);
  to.number(hold.end);
  to.number(hold.holdSeconds);
  to.number(hold.permits);
  to.number(hold.samplingProbability);
  to.hex(hold.traceId);
  to.hex(hold.spanId);
  to.hex(hold.parentSpanId);
  if (wait === null) return;
  to.hex(wait.traceId === hold.traceId ? "" : wait.traceId);
  to.hex(wait.spanId);
}

/** The same of the hold at a place of some columns, without having it made. */
function writeHoldAt(
  to: ByteWriter,
  texts: TextWriter,
  program: Program,
  spans: SpanColumns,
  place: number,
): void {
  const start = spans.figure(place, figure.start);
  const end = spans.figure(place, figure.end);
  const task = spans.task(place);
  const facts = spans.facts(place);
  const { site } = facts;
  const grant = grantOf(spans, place);
  texts.writeAll(program, facts, namesOf);
  to.varint((site === null ? 0 : 1) + (task === "" ? 0 : 2) + (grant === undefined ? 0 : 4));
  if (site !== null) writeSiteOf(to, texts, program, site);
  if (task !== "") texts.write(task);
  to.number(start);
  to.number(end);
  to.number(Math.max(0, end - start) / 1000);
  to.number(Math.max(1, spans.figure(place, figure.permits)));
  to.number(spans.figure(place, figure.probability) || 1);
  writeIds(to, spans, place);
  if (grant === undefined) return;
  if (spans.staysInTrace(grant, place)) to.hex("");
  else writeLinkId(to, spans, grant, "traceId");
  writeLinkId(to, spans, grant, "spanId");
}

function namesOf({ service, instance }: Program, { primitive, attributes }: SpanFacts): readonly string[] {
  return [service, instance, primitive.name, primitive.type, attributes.operation];
}

function grantOf(spans: SpanColumns, place: number): number | undefined {
  const first = spans.firstLink(place);
  for (let link = first; link < first + spans.linkCount(place); link++) {
    if (spans.linkType(link) === grantLink) return link;
  }
  return undefined;
}

export function readHold(from: ByteReader, texts: TextReader): KeptHold {
  const service = texts.read();
  const instance = texts.read();
  const primitive = { name: texts.read(), type: texts.read() };
  const operation = texts.read();
  const flags = from.varint();
  const holderSite: Site | null = (flags & 1) > 0 ? readSite(from, texts) : null;
  const task = (flags & 2) > 0 ? texts.read() : null;
  const start = from.number();
  const end = from.number();
  const holdSeconds = from.number();
  const permits = from.number();
  const samplingProbability = from.number();
  const traceId = from.hex();
  const spanId = from.hex();
  const parentSpanId = from.hex();
  const own = (flags & 4) > 0 ? from.hex() : "";
  const wait = (flags & 4) > 0 ? { traceId: own === "" ? traceId : own, spanId: from.hex() } : null;
  return {
    service,
    instance,
    primitive,
    operation,
    holderSite,
    task,
    start,
    end,
    holdSeconds,
    permits,
    traceId,
    spanId,
    parentSpanId,
    wait,
    samplingProbability,
  };
}
