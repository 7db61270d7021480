/** A `holdup.finding` event: what one program found wrong with itself. */

import { attribute, type FindingKind, type KeptFinding, type Severity } from "@holdup/protocol";
import { maps, maxTextLength, numberOf, textOf } from "./attributes.ts";
import { orUnnamed } from "./primitive-name.ts";
import type { Program } from "./program.ts";
import { siteIn } from "./site.ts";
import type { Attributes, LogRecord, Value } from "./telemetry.ts";

/** Of what a finding lists, so many are kept. */
const maxListed = 20;

const severities = new Set<string>(["info", "warning", "error"] satisfies Severity[]);

/** The finding that a record tells, or why it tells none. Its times are at most `now`: clocks differ. */
export function findingOf(
  { service, instance }: Program,
  { attributes, body }: LogRecord,
  now: number,
): KeptFinding | string {
  const id = textOf(attributes, attribute.findingId);
  const fields: Attributes = body instanceof Map ? body : new Map();
  const message = textOf(fields, "message");
  if (id === "") return `a finding has no ${attribute.findingId}`;
  if (message === "") return "a finding has no message";
  const lastSeen = momentOf(fields, "lastSeen", now);
  return {
    service,
    instance,
    id,
    // Of a newer program it may be one that is not known here; it is shown as it is.
    kind: textOf(fields, "kind") as FindingKind,
    severity: severityOf(fields),
    message,
    advice: textOf(fields, "advice"),
    primitives: texts(fields.get("primitives")).map(orUnnamed),
    sites: maps(fields.get("sites"))
      .slice(0, maxListed)
      .flatMap((site) => siteIn(site) ?? []),
    spans: maps(fields.get("spans")).slice(0, maxListed).flatMap(spanOf),
    count: Math.max(1, Math.floor(numberOf(fields, "count"))),
    firstSeen: momentOf(fields, "firstSeen", lastSeen),
    lastSeen,
  };
}

// One that is not known is not known to be harmless.
function severityOf(fields: Attributes): Severity {
  const text = textOf(fields, "severity");
  return severities.has(text) ? (text as Severity) : "warning";
}

function momentOf(fields: Attributes, key: string, latest: number): number {
  const time = numberOf(fields, key);
  return time > 0 ? Math.min(time, latest) : latest;
}

function texts(value: Value | undefined): string[] {
  if (!Array.isArray(value)) return [];
  const items = value.filter((item): item is string => typeof item === "string");
  return items.slice(0, maxListed).map((text) => text.slice(0, maxTextLength));
}

function spanOf(fields: Attributes): KeptFinding["spans"] {
  const traceId = textOf(fields, "traceId");
  const spanId = textOf(fields, "spanId");
  const real = /^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(spanId);
  return real ? [{ traceId, spanId }] : [];
}
