/** Kept waits or holds in blocks of bytes, as the table of a store has them. */

import { ByteReader, ByteWriter } from "./bytes.ts";
import { SpanSelection, type KeptSpans, type SelectedSpans } from "./kept-spans.ts";
import type { SpanCodec } from "./span-codec.ts";
import { figure } from "./span-columns.ts";
import { TextReader, TextWriter } from "./text-codec.ts";

/** Some of them in the order in which they came. */
export interface SpanBlock {
  readonly count: number;
  /** Unix ms: when the first and the last of them ended. */
  readonly oldest: number;
  readonly newest: number;
  readonly data: Uint8Array;
}

/** So many make a block: a page of them is in one or two. */
export const blockSpans = 256;

/** What comes one by one, as blocks. */
export class SpanBlocks<Span extends { readonly end: number }> {
  readonly #codec: SpanCodec<Span>;
  #blocks: SpanBlock[] = [];
  #to = new ByteWriter(64 * 1024);
  #texts = new TextWriter(this.#to);
  #count = 0;
  #oldest = Number.POSITIVE_INFINITY;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(codec: SpanCodec<Span>) {
    this.#codec = codec;
  }

  add(all: KeptSpans<Span>): void {
    if (all instanceof SpanSelection) for (const part of all.parts) this.#addPart(part);
    else
      for (const span of all) {
        this.#codec.write(this.#to, this.#texts, span);
        this.#written(span.end);
      }
  }

  #addPart({ program, spans, places }: SelectedSpans): void {
    for (const place of places) {
      this.#codec.writeAt(this.#to, this.#texts, program, spans, place);
      this.#written(spans.figure(place, figure.end));
    }
  }

  #written(end: number): void {
    this.#oldest = Math.min(this.#oldest, end);
    this.#newest = Math.max(this.#newest, end);
    if (++this.#count === blockSpans) this.#close();
  }

  /** All since the last time. */
  take(): SpanBlock[] {
    if (this.#count > 0) this.#close();
    const blocks = this.#blocks;
    this.#blocks = [];
    return blocks;
  }

  #close(): void {
    const data = this.#to.take();
    this.#blocks.push({ count: this.#count, oldest: this.#oldest, newest: this.#newest, data });
    this.#to.clear();
    this.#texts = new TextWriter(this.#to);
    this.#count = 0;
    this.#oldest = Number.POSITIVE_INFINITY;
    this.#newest = Number.NEGATIVE_INFINITY;
  }
}

/** What is in a block. */
export function readBlock<Span>(
  { data, count }: Pick<SpanBlock, "data" | "count">,
  read: (from: ByteReader, texts: TextReader) => Span,
): Span[] {
  const from = new ByteReader(data);
  const texts = new TextReader(from);
  return Array.from({ length: count }, () => read(from, texts));
}
