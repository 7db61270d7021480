/** Waits or holds as bytes, from objects and from the columns of a request: the same bytes either way. */

import type { ByteWriter } from "./bytes.ts";
import { SpanSelection, type KeptSpans } from "./kept-spans.ts";
import type { Program } from "./program.ts";
import type { SpanColumns } from "./span-columns.ts";
import type { TextWriter } from "./text-codec.ts";

/** How spans of one kind are written. */
export interface SpanCodec<Kept> {
  readonly write: (to: ByteWriter, texts: TextWriter, span: Kept) => void;
  readonly writeAt: (
    to: ByteWriter,
    texts: TextWriter,
    program: Program,
    spans: SpanColumns,
    place: number,
  ) => void;
}

/** Writes all of them. */
export function writeSpans<Kept>(
  to: ByteWriter,
  texts: TextWriter,
  all: KeptSpans<Kept>,
  { write, writeAt }: SpanCodec<Kept>,
): void {
  if (!(all instanceof SpanSelection)) for (const span of all) write(to, texts, span);
  else
    for (const { program, spans, places } of all.parts)
      for (const place of places) writeAt(to, texts, program, spans, place);
}
