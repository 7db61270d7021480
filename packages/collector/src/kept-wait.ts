/** A wait whose span was kept by its program's sampling. */

import { attribute, type LinkType, type Site } from "@holdup/protocol";
import { numberOf, textOf } from "./attributes.ts";
import type { Program } from "./program.ts";
import { siteOf } from "./site.ts";
import type { Span } from "./telemetry.ts";

/** One wait. Times are Unix ms, durations seconds. */
export interface KeptWait {
  readonly service: string;
  readonly instance: string;
  readonly primitive: { readonly name: string; readonly type: string };
  readonly operation: string;
  readonly outcome: string;
  readonly contended: boolean;
  readonly waiterSite: Site | null;
  readonly task: string | null;
  readonly start: number;
  readonly end: number;
  readonly waitSeconds: number;
  /** Until it was granted. */
  readonly blockedSeconds: number;
  /** From the grant until the code ran on: the event loop's part. */
  readonly handoffSeconds: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty if the wait began its trace. */
  readonly parentSpanId: string;
  /** The spans of the holds that blocked it. */
  readonly holders: readonly { readonly traceId: string; readonly spanId: string }[];
  /** The chance with which the span was kept; 1 if it was certain. */
  readonly samplingProbability: number;
}

const holderLink: LinkType = "holder";

/** The wait that a span records, or undefined if the span is another's or a hold. */
export function keptWait({ service, instance }: Program, span: Span): KeptWait | undefined {
  const { attributes } = span;
  const name = textOf(attributes, attribute.primitiveName);
  if (name === "" || !span.name.startsWith("wait ")) return undefined;
  const waitSeconds = Math.max(0, span.endTime - span.startTime) / 1000;
  return {
    service,
    instance,
    primitive: { name, type: textOf(attributes, attribute.primitiveType) },
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
