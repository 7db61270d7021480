/** Waits or holds that are to be kept. */

import type { Program } from "./program.ts";
import type { SpanColumns } from "./span-columns.ts";
import type { SpanKind } from "./span-facts.ts";
import type { Span } from "./telemetry.ts";

/** As a list of them, or as those of a request that are still in their columns. */
export type KeptSpans<Kept> = Iterable<Kept> & { readonly length: number };

/** Those of one program. */
export interface SelectedSpans {
  readonly program: Program;
  readonly spans: SpanColumns;
  /** Where in the columns they are. */
  readonly places: readonly number[];
}

/** The spans of one kind, in the columns in which they came; each is made when it is asked for. */
export class SpanSelection<Kept> implements KeptSpans<Kept> {
  readonly #kind: SpanKind;
  readonly #made: (program: Program, span: Span) => Kept | undefined;
  readonly parts: SelectedSpans[] = [];
  length = 0;

  constructor(kind: SpanKind, made: (program: Program, span: Span) => Kept | undefined) {
    this.#kind = kind;
    this.#made = made;
  }

  /** Adds those at the given places that are of its kind. */
  add(program: Program, spans: SpanColumns, places: readonly number[]): void {
    const own = places.filter((place) => spans.facts(place).kind === this.#kind);
    this.parts.push({ program, spans, places: own });
    this.length += own.length;
  }

  *[Symbol.iterator](): Generator<Kept> {
    for (const { program, spans, places } of this.parts) {
      for (const place of places) {
        const kept = this.#made(program, spans.at(place));
        if (kept !== undefined) yield kept;
      }
    }
  }
}
