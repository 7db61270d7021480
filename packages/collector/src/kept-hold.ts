/** A hold whose span was kept by its program's sampling. */

import type { KeptHold, LinkType } from "@holdup/protocol";
import { orUnnamed } from "./primitive-name.ts";
import type { Program } from "./program.ts";
import { siteOfSpan } from "./site.ts";
import type { Span } from "./telemetry.ts";

/** The link of a hold to the wait that it ended. */
export const grantLink: LinkType = "grant";

/** The hold that a span records, or undefined if the span is another's or a wait. */
export function keptHold({ service, instance }: Program, span: Span): KeptHold | undefined {
  const { attributes } = span;
  if (attributes.primitiveName === undefined || !span.name.startsWith("hold ")) return undefined;
  const wait = span.links.find(({ type }) => type === grantLink);
  return {
    service,
    instance,
    primitive: { name: orUnnamed(attributes.primitiveName), type: attributes.primitiveType },
    operation: attributes.operation,
    holderSite: siteOfSpan(attributes),
    task: attributes.task || null,
    start: span.startTime,
    end: span.endTime,
    holdSeconds: Math.max(0, span.endTime - span.startTime) / 1000,
    permits: Math.max(1, attributes.permitsRequested),
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    wait: wait === undefined ? null : { traceId: wait.traceId, spanId: wait.spanId },
    samplingProbability: attributes.samplingProbability || 1,
  };
}
