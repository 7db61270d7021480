/** A wait whose span was kept by its program's sampling. */

import type { KeptWait, LinkType } from "@holdup/protocol";
import { orUnnamed } from "./primitive-name.ts";
import type { Program } from "./program.ts";
import { siteOfSpan } from "./site.ts";
import type { WaitQuery } from "./store.ts";
import type { Span } from "./telemetry.ts";

/** The link of a wait to a hold that blocked it. */
export const holderLink: LinkType = "holder";

/** The wait that a span records, or undefined if the span is another's or a hold. */
export function keptWait({ service, instance }: Program, span: Span): KeptWait | undefined {
  const { attributes } = span;
  if (attributes.primitiveName === undefined || !span.name.startsWith("wait ")) return undefined;
  const waitSeconds = Math.max(0, span.endTime - span.startTime) / 1000;
  return {
    service,
    instance,
    primitive: { name: orUnnamed(attributes.primitiveName), type: attributes.primitiveType },
    operation: attributes.operation,
    outcome: attributes.outcome,
    contended: attributes.contended !== false,
    waiterSite: siteOfSpan(attributes),
    task: attributes.task || null,
    start: span.startTime,
    end: span.endTime,
    waitSeconds,
    blockedSeconds: attributes.blocked ?? waitSeconds,
    handoffSeconds: attributes.handoff,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    holders: span.links
      .filter(({ type }) => type === holderLink)
      .slice(0, maxHolders)
      .map(({ traceId, spanId }) => ({ traceId, spanId })),
    samplingProbability: attributes.samplingProbability || 1,
  };
}

/** Programs link at most eight blockers; others are not believed to know more. */
export const maxHolders = 8;

/** Whether a wait or a hold is one of those that a query asks for, wherever its page begins. */
export function isAskedFor(
  { service, primitive, end }: Pick<KeptWait, "service" | "primitive" | "end">,
  query: WaitQuery,
): boolean {
  return (
    (query.service === undefined || query.service === service) &&
    (query.primitive === undefined || query.primitive === primitive.name) &&
    end >= query.from &&
    end <= query.to
  );
}
