import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Place } from "./event-loop-stack.ts";

/** Where to and as whose a thread tells of a blocked loop, and the names that it uses: it loads nothing but Node's own. */
export interface ReportOptions {
  /** Where log records go. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string | number | boolean>>;
  readonly scope: { readonly name: string; readonly version: string };
  readonly eventName: string;
  readonly idAttribute: string;
  readonly advice: string;
}

/** A blocked loop, as it is known so far. */
export interface Blocked {
  readonly id: string;
  readonly ms: number;
  readonly places: readonly Place[];
  /** How often that place has blocked it by now. */
  readonly count: number;
  /** Unix ms. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

const warning = 13;
const patienceMs = 3000;

/** Posts a `holdup.finding` event as OTLP: the exporters are in the thread that is blocked. Failing is nobody's error. */
export function report(options: ReportOptions, blocked: Blocked): void {
  const { url, headers } = options;
  const send = url.startsWith("https:") ? requestHttps : requestHttp;
  const sent = send(url, {
    method: "POST",
    timeout: patienceMs,
    headers: { ...headers, "content-type": "application/json" },
  });
  // The finding is told again, by the program itself, when it gets on.
  sent.on("error", () => {});
  sent.on("timeout", () => sent.destroy());
  sent.on("response", (response) => response.resume());
  sent.end(JSON.stringify(exportRequest(options, blocked)));
}

/** The OTLP/JSON request that tells of it. */
export function exportRequest(options: ReportOptions, blocked: Blocked): object {
  const { resource, scope, eventName, idAttribute } = options;
  const time = `${BigInt(blocked.lastSeen) * 1_000_000n}`;
  const record = {
    timeUnixNano: time,
    observedTimeUnixNano: time,
    severityNumber: warning,
    severityText: "warning",
    eventName,
    attributes: keyValues({ [idAttribute]: blocked.id }),
    body: anyValue(findingOf(options, blocked)),
  };
  const scopeLogs = [{ scope, logRecords: [record] }];
  return { resourceLogs: [{ resource: { attributes: keyValues(resource) }, scopeLogs }] };
}

function findingOf({ advice }: ReportOptions, { ms, places, count, firstSeen, lastSeen }: Blocked): object {
  const [place] = places;
  const where =
    place === undefined ? "" : ` in ${place.functionName} at ${place.filePath}:${place.lineNumber}`;
  return {
    kind: "blocked-event-loop",
    severity: "warning",
    message: `the event loop is blocked for ${(ms / 1000).toFixed(1)} s so far${where}`,
    advice,
    primitives: [],
    sites: places,
    spans: [],
    count,
    firstSeen,
    lastSeen,
  };
}

function keyValues(fields: object): object[] {
  return Object.entries(fields).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === "object" && value !== null) return { kvlistValue: { values: keyValues(value) } };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value !== "number") return { stringValue: String(value) };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
