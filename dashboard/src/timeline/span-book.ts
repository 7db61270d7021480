/** The spans that the timeline knows: each once, and no more than the page can hold. */

import type { Span } from "./span.ts";

/** Those that ended last stay. */
export const mostSpans = 100_000;

export class SpanBook {
  readonly #most: number;
  readonly #spans = new Map<string, Span>();
  #listed: readonly Span[] = [];
  #dropped = 0;

  constructor(most: number = mostSpans) {
    this.#most = most;
  }

  /** All of them, in any order; another list when there are others. */
  get spans(): readonly Span[] {
    return this.#listed;
  }

  /** Whether some had to go. */
  get full(): boolean {
    return this.#dropped > 0;
  }

  /** When the one that ended last ended, Unix ms; undefined without any. */
  get latestEnd(): number | undefined {
    let latest: number | undefined;
    for (const { end } of this.#listed) if (latest === undefined || end > latest) latest = end;
    return latest;
  }

  /** Takes in those that are not there yet. */
  add(spans: readonly Span[]): void {
    const before = this.#spans.size;
    for (const span of spans) if (!this.#spans.has(span.id)) this.#spans.set(span.id, span);
    if (this.#spans.size === before) return;

    this.#forgetOldest();
    this.#listed = [...this.#spans.values()];
  }

  #forgetOldest(): void {
    const surplus = this.#spans.size - this.#most;
    if (surplus <= 0) return;
    const oldest = [...this.#spans.values()].toSorted((one, other) => one.end - other.end).slice(0, surplus);
    for (const { id } of oldest) this.#spans.delete(id);
    this.#dropped += surplus;
  }
}
