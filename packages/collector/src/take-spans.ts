/** From decoded spans to kept waits and estimated figures: what each span says, in the collector's own terms. */

import { attribute, type KeptWait } from "@holdup/protocol";
import { maxClockSkewMs, type TimeRange } from "./aggregate.ts";
import type { Estimate, Estimator } from "./estimator.ts";
import { keptWait } from "./kept-wait.ts";
import { hasName } from "./primitive-name.ts";
import { programOf } from "./program.ts";
import type { Span, SpanGroup } from "./telemetry.ts";

/** What is to be kept of some spans. */
export interface SpanHarvest {
  readonly waits: KeptWait[];
  readonly estimate: Estimate;
  /** Spans that could not be used, by reason. */
  readonly rejected: Map<string, number>;
}

/** More than any SDK sends of either. */
const maxAttributes = 128;

/** Spans that are not Holdup's are passed over, unless they are none at all. */
export function takeSpans(groups: readonly SpanGroup[], estimator: Estimator, range: TimeRange): SpanHarvest {
  const rejected = new Map<string, number>();
  const usable = groups.map(({ resource, spans }) => ({
    program: programOf(resource),
    spans: spans.filter((span) => isUsable(rejected, span, range)),
  }));
  const waits = usable.flatMap(({ program, spans }) =>
    spans.flatMap((span) => keptWait(program, span) ?? []),
  );
  return { waits, estimate: estimator.estimate(usable), rejected };
}

function isUsable(rejected: Map<string, number>, span: Span, range: TimeRange): boolean {
  const reason = whyUnusable(span, range);
  if (reason !== undefined) rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
  return reason === undefined;
}

function whyUnusable(span: Span, { now, maxAgeMs }: TimeRange): string | undefined {
  if (!identified(span)) return "a span has no trace id or span id";
  if (!hasName(span.attributes, attribute.primitiveName)) return undefined;
  if (span.attributes.size > maxAttributes || span.links.length > maxAttributes) {
    return `a span has more than ${maxAttributes} attributes or links`;
  }
  if (span.endTime > now + maxClockSkewMs) return "a span ends in the future";
  return span.endTime < now - maxAgeMs ? "a span is older than the retention" : undefined;
}

function identified({ traceId, spanId }: Span): boolean {
  return /[^0]/.test(traceId) && /[^0]/.test(spanId);
}
