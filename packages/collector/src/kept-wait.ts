/** A wait whose span was kept by its program's sampling. */

import { attribute, type KeptWait, type LinkType } from "@holdup/protocol";
import { numberOf, textOf } from "./attributes.ts";
import { hasName, nameOf } from "./primitive-name.ts";
import type { Program } from "./program.ts";
import { siteOf } from "./site.ts";
import type { Span } from "./telemetry.ts";

const holderLink: LinkType = "holder";

/** The wait that a span records, or undefined if the span is another's or a hold. */
export function keptWait({ service, instance }: Program, span: Span): KeptWait | undefined {
  const { attributes } = span;
  if (!hasName(attributes, attribute.primitiveName) || !span.name.startsWith("wait ")) return undefined;
  const waitSeconds = Math.max(0, span.endTime - span.startTime) / 1000;
  return {
    service,
    instance,
    primitive: {
      name: nameOf(attributes, attribute.primitiveName),
      type: textOf(attributes, attribute.primitiveType),
    },
    operation: textOf(attributes, attribute.operationName),
    outcome: textOf(attributes, attribute.outcome),
    contended: attributes.get(attribute.contended) !== false,
    waiterSite: siteOf(attributes),
    task: textOf(attributes, attribute.taskName) || textOf(attributes, attribute.taskId) || null,
    start: span.startTime,
    end: span.endTime,
    waitSeconds,
    blockedSeconds: attributes.has(attribute.waitBlocked)
      ? numberOf(attributes, attribute.waitBlocked)
      : waitSeconds,
    handoffSeconds: numberOf(attributes, attribute.waitHandoff),
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    holders: span.links
      .filter((link) => link.attributes.get(attribute.linkType) === holderLink)
      .slice(0, maxHolders)
      .map(({ traceId, spanId }) => ({ traceId, spanId })),
    samplingProbability: numberOf(attributes, attribute.samplingProbability) || 1,
  };
}

/** Programs link at most eight blockers; others are not believed to know more. */
const maxHolders = 8;
