/** Kept holds as bytes: what the journal keeps of them, and in blocks the table of a store. */

import type { KeptHold, Site } from "@holdup/protocol";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { readSite, writeSite } from "./site-codec.ts";
import type { TextReader, TextWriter } from "./text-codec.ts";

export function writeHold(to: ByteWriter, texts: TextWriter, hold: KeptHold): void {
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
