/** Kept waits as bytes: what the journal keeps of them, and in blocks the table of a store. */

import type { KeptWait, Site } from "@holdup/protocol";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { holderLink, maxHolders } from "./kept-wait.ts";
import type { Program } from "./program.ts";
import { readSite, writeSite, writeSiteOf } from "./site-codec.ts";
import { figure, type SpanColumns } from "./span-columns.ts";
import { writeIds, writeLinkId } from "./span-id-codec.ts";
import type { SpanCodec } from "./span-codec.ts";
import type { SpanFacts } from "./span-facts.ts";
import type { TextReader, TextWriter } from "./text-codec.ts";

/** How waits are written. */
export const waitCodec: SpanCodec<KeptWait> = { write: writeWait, writeAt: writeWaitAt };

function writeWait(to: ByteWriter, texts: TextWriter, wait: KeptWait): void {
  const { waiterSite, task, contended, holders } = wait;
  texts.write(wait.service);
  texts.write(wait.instance);
  texts.write(wait.primitive.name);
  texts.write(wait.primitive.type);
  texts.write(wait.operation);
  texts.write(wait.outcome);
  to.varint((contended ? 1 : 0) + (waiterSite === null ? 0 : 2) + (task === null ? 0 : 4));
  if (waiterSite !== null) writeSite(to, texts, waiterSite);
  if (task !== null) texts.write(task);
  to.number(wait.start);
  to.number(wait.end);
  to.number(wait.waitSeconds);
  to.number(wait.blockedSeconds);
  to.number(wait.handoffSeconds);
  to.number(wait.samplingProbability);
  to.hex(wait.traceId);
  to.hex(wait.spanId);
  to.hex(wait.parentSpanId);
  to.varint(holders.length);
  for (const { traceId, spanId } of holders) {
    const isOther = traceId !== wait.traceId;
    to.varint(isOther ? 1 : 0);
    if (isOther) to.hex(traceId);
    to.hex(spanId);
  }
}

/** The same of the wait at a place of some columns, without having it made. */
function writeWaitAt(
  to: ByteWriter,
  texts: TextWriter,
  program: Program,
  spans: SpanColumns,
  place: number,
): void {
  const start = spans.figure(place, figure.start);
  const end = spans.figure(place, figure.end);
  const waitSeconds = Math.max(0, end - start) / 1000;
  const blocked = spans.figure(place, figure.blocked);
  const task = spans.task(place);
  const facts = spans.facts(place);
  texts.writeAll(program, facts, namesOf);
  to.varint(flagsOf(facts, task));
  if (facts.site !== null) writeSiteOf(to, texts, program, facts.site);
  if (task !== "") texts.write(task);
  to.number(start);
  to.number(end);
  to.number(waitSeconds);
  to.number(Number.isNaN(blocked) ? waitSeconds : blocked);
  to.number(spans.figure(place, figure.handoff));
  to.number(spans.figure(place, figure.probability) || 1);
  writeIds(to, spans, place);
  writeHolders(to, spans, place);
}

function flagsOf({ attributes, site }: SpanFacts, task: string): number {
  return (attributes.contended === false ? 0 : 1) + (site === null ? 0 : 2) + (task === "" ? 0 : 4);
}

function namesOf({ service, instance }: Program, { primitive, attributes }: SpanFacts): readonly string[] {
  return [service, instance, primitive.name, primitive.type, attributes.operation, attributes.outcome];
}

function writeHolders(to: ByteWriter, spans: SpanColumns, place: number): void {
  const first = spans.firstLink(place);
  const end = first + spans.linkCount(place);
  let holders = 0;
  for (let link = first; link < end; link++) if (spans.linkType(link) === holderLink) holders++;
  let left = Math.min(holders, maxHolders);
  to.varint(left);
  for (let link = first; left > 0; link++) {
    if (spans.linkType(link) !== holderLink) continue;
    left--;
    const isOther = !spans.staysInTrace(link, place);
    to.varint(isOther ? 1 : 0);
    if (isOther) writeLinkId(to, spans, link, "traceId");
    writeLinkId(to, spans, link, "spanId");
  }
}

export function readWait(from: ByteReader, texts: TextReader): KeptWait {
  const service = texts.read();
  const instance = texts.read();
  const primitive = { name: texts.read(), type: texts.read() };
  const operation = texts.read();
  const outcome = texts.read();
  const flags = from.varint();
  const waiterSite: Site | null = (flags & 2) > 0 ? readSite(from, texts) : null;
  const task = (flags & 4) > 0 ? texts.read() : null;
  const start = from.number();
  const end = from.number();
  const waitSeconds = from.number();
  const blockedSeconds = from.number();
  const handoffSeconds = from.number();
  const samplingProbability = from.number();
  const traceId = from.hex();
  const spanId = from.hex();
  const parentSpanId = from.hex();
  const holders = Array.from({ length: from.varint() }, () => {
    const isOther = from.varint() > 0;
    return { traceId: isOther ? from.hex() : traceId, spanId: from.hex() };
  });
  return {
    service,
    instance,
    primitive,
    operation,
    outcome,
    contended: (flags & 1) > 0,
    waiterSite,
    task,
    start,
    end,
    waitSeconds,
    blockedSeconds,
    handoffSeconds,
    traceId,
    spanId,
    parentSpanId,
    holders,
    samplingProbability,
  };
}
