/** Asks for all waits and holds of a stretch of time, page by page. */

import type { DataSource } from "../data-source.ts";
import { holdSpan, waitSpan, type Span } from "./span.ts";

export interface Stretch {
  readonly service: string | undefined;
  /** Unix ms; undefined: as far back as the source looks by itself. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** As many as a collector gives at once. */
const pageSize = 1000;

/**
 * Tells each page as it comes, the newest first, waits and holds by turns: what is there is complete up to some time
 * back. Ends early when `take` says that it is enough. Rejects as the source does.
 */
export async function collectSpans(
  ask: DataSource["ask"],
  stretch: Stretch,
  signal: AbortSignal,
  take: (spans: readonly Span[]) => boolean,
): Promise<void> {
  const parameters = { ...stretch, limit: pageSize };
  let waits: string | null | undefined;
  let holds: string | null | undefined;
  while (waits !== null || holds !== null) {
    const spans: Span[] = [];
    if (waits !== null) {
      const page = await ask({ name: "waits", ...parameters, cursor: waits }, signal);
      spans.push(...page.items.map(waitSpan));
      waits = page.next;
    }
    if (holds !== null) {
      const page = await ask({ name: "holds", ...parameters, cursor: holds }, signal);
      spans.push(...page.items.map(holdSpan));
      holds = page.next;
    }
    if (!take(spans)) return;
  }
}
