/** From decoded spans to kept waits and estimated figures: what each span says, in the collector's own terms. */

import type { KeptHold, KeptWait } from "@holdup/protocol";
import { maxClockSkewMs, type TimeRange } from "./aggregate.ts";
import type { Estimate, Estimator, ProgramSpans } from "./estimator.ts";
import { keptHold } from "./kept-hold.ts";
import { SpanSelection } from "./kept-spans.ts";
import { keptWait } from "./kept-wait.ts";
import { programOf } from "./program.ts";
import type { SpanArrival } from "./seen-spans.ts";
import { figure, type SpanColumns } from "./span-columns.ts";
import type { SpanGroup } from "./telemetry.ts";

/** What is to be kept of some spans. */
export interface SpanHarvest {
  readonly waits: SpanSelection<KeptWait>;
  readonly holds: SpanSelection<KeptHold>;
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
  const waits = new SpanSelection("wait", keptWait);
  const holds = new SpanSelection("hold", keptHold);
  const usable: ProgramSpans[] = [];
  for (const { resource, spans } of groups) {
    const program = programOf(resource);
    const places: number[] = [];
    for (let place = 0; place < spans.length; place++) {
      if (!isUsable(rejected, spans, place, range) || !isOurs(spans, place)) continue;
      if (arrival.isNew(program.service, spans, place)) places.push(place);
    }
    usable.push({ program, spans, places });
    waits.add(program, spans, places);
    holds.add(program, spans, places);
  }
  return { waits, holds, estimate: estimator.estimate(usable), rejected };
}

function isUsable(
  rejected: Map<string, number>,
  spans: SpanColumns,
  place: number,
  range: TimeRange,
): boolean {
  const reason = whyUnusable(spans, place, range);
  if (reason !== undefined) rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
  return reason === undefined;
}

function whyUnusable(spans: SpanColumns, place: number, { now, maxAgeMs }: TimeRange): string | undefined {
  if (!spans.isIdentified(place)) return "a span has no trace id or span id";
  if (!isOurs(spans, place)) return undefined;
  if (spans.facts(place).attributes.count > maxAttributes || spans.linkCount(place) > maxAttributes) {
    return `a span has more than ${maxAttributes} attributes or links`;
  }
  const end = spans.figure(place, figure.end);
  if (end > now + maxClockSkewMs) return "a span ends in the future";
  return end < now - maxAgeMs ? "a span is older than the retention" : undefined;
}

function isOurs(spans: SpanColumns, place: number): boolean {
  return spans.facts(place).attributes.primitiveName !== undefined;
}
