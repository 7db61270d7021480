/** Kept waits as bytes: what the journal keeps of them, and in blocks the table of a store. */

import type { KeptWait, Site } from "@holdup/protocol";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { readSite, writeSite } from "./site-codec.ts";
import type { TextReader, TextWriter } from "./text-codec.ts";

export function writeWait(to: ByteWriter, texts: TextWriter, wait: KeptWait): void {
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
