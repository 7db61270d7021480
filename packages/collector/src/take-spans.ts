/** From decoded spans to kept waits and estimated figures: what each span says, in the collector's own terms. */

import type { KeptHold, KeptWait } from "@holdup/protocol";
import { maxClockSkewMs, type TimeRange } from "./aggregate.ts";
import type { Estimate, Estimator } from "./estimator.ts";
import { keptHold } from "./kept-hold.ts";
import { keptWait } from "./kept-wait.ts";
import { programOf } from "./program.ts";
import type { SpanArrival } from "./seen-spans.ts";
import type { Span, SpanGroup } from "./telemetry.ts";

/** What is to be kept of some spans. */
export interface SpanHarvest {
  readonly waits: KeptWait[];
  readonly holds: KeptHold[];
  readonly estimate: Estimate;
  /** Spans that could not be used, by reason. */
  readonly rejected: Map<string, number>;
}

/** What is known of spans that came before. */
export interface SpanRooms {
  readonly estimator: Estimator;
  readonly arrival: SpanArrival;
}

/** More than any SDK sends of either. */
const maxAttributes = 128;

/** Spans that are not Holdup's are passed over, unless they are none at all. */
export function takeSpans(
  groups: readonly SpanGroup[],
  { estimator, arrival }: SpanRooms,
  range: TimeRange,
): SpanHarvest {
  const rejected = new Map<string, number>();
  const usable = groups.map(({ resource, spans }) => {
    const program = programOf(resource);
    const ours = spans.filter((span) => isUsable(rejected, span, range) && isOurs(span));
    return { program, spans: ours.filter((span) => arrival.isNew(program.service, span)) };
  });
  const waits = usable.flatMap(({ program, spans }) =>
    spans.flatMap((span) => keptWait(program, span) ?? []),
  );
  const holds = usable.flatMap(({ program, spans }) =>
    spans.flatMap((span) => keptHold(program, span) ?? []),
  );
  return { waits, holds, estimate: estimator.estimate(usable), rejected };
}

function isUsable(rejected: Map<string, number>, span: Span, range: TimeRange): boolean {
  const reason = whyUnusable(span, range);
  if (reason !== undefined) rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
  return reason === undefined;
}

function whyUnusable(span: Span, { now, maxAgeMs }: TimeRange): string | undefined {
  if (!identified(span)) return "a span has no trace id or span id";
  if (!isOurs(span)) return undefined;
  if (span.attributes.count > maxAttributes || span.links.length > maxAttributes) {
    return `a span has more than ${maxAttributes} attributes or links`;
  }
  if (span.endTime > now + maxClockSkewMs) return "a span ends in the future";
  return span.endTime < now - maxAgeMs ? "a span is older than the retention" : undefined;
}

function isOurs({ attributes }: Span): boolean {
  return attributes.primitiveName !== undefined;
}

function identified({ traceId, spanId }: Span): boolean {
  return /[^0]/.test(traceId) && /[^0]/.test(spanId);
}
