/** The ids of spans as bytes: those that `ByteWriter.hex` makes of their hex digits. */

import type { ByteWriter } from "./bytes.ts";
import { idPlace, linkPlace, type SpanColumns } from "./span-columns.ts";

/** Trace id, span id and the parent's span id. */
export function writeIds(to: ByteWriter, spans: SpanColumns, place: number): void {
  const at = place * idPlace.size;
  to.id(spans.ids, at + idPlace.traceId, 16);
  to.id(spans.ids, at + idPlace.spanId, 8);
  to.id(spans.ids, at + idPlace.parentSpanId, spans.hasParent(place) ? 8 : 0);
}

export function writeLinkId(
  to: ByteWriter,
  spans: SpanColumns,
  link: number,
  which: "traceId" | "spanId",
): void {
  to.id(spans.linkIds, link * linkPlace.size + linkPlace[which], spans.linkIdBytes(link, which));
}
