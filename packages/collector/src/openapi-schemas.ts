/** The schemas of all answers, in JSON Schema 2020-12: what the types of `@holdup/protocol` say. */

/** A JSON Schema, as far as this document uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: string | number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

const text: Schema = { type: "string" };
const flag: Schema = { type: "boolean" };
const count: Schema = { type: "number", minimum: 0 };
const whole: Schema = { type: "integer", minimum: 0 };
const seconds: Schema = { type: "number", minimum: 0, description: "Seconds." };
const time: Schema = { type: "number", description: "Unix milliseconds." };

/** A reference to one of these schemas. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A page of what has that schema. */
export function page(name: string): Schema {
  return object({ items: list(ref(name)), next: nullable(text) });
}

/** An object that has all of these properties, some of `optional`, and no others. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return {
    type: "object",
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

function list(items: Schema): Schema {
  return { type: "array", items };
}

function nullable(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

const counts: Schema = { type: "object", additionalProperties: count };
const site = nullable(ref("Site"));
const primitive = object({ name: text, type: text });
const waited = { waitSeconds: seconds, waitP50: seconds, waitP99: seconds };
const loopWaits = { waitSeconds: seconds, stalledWaitSeconds: seconds, handoffSeconds: seconds };
const done = { operations: count, contended: count };

export const schemas: Readonly<Record<string, Schema>> = {
  Error: object({ error: object({ code: text, message: text }) }),
  Health: object({ status: { const: "ok" } }),
  Readiness: object({ status: { enum: ["ready", "stopping", "store"] } }),
  Site: object({ functionName: text, filePath: text, lineNumber: whole }),
  Activity: object({ name: text, seconds }),
  HolderActivities: object({ holderSite: site, holds: count, activities: list(ref("Activity")) }),
  HotSpot: object(
    {
      service: text,
      primitive,
      waiterSite: site,
      holderSite: site,
      ...done,
      ...waited,
      holdSeconds: seconds,
      holdP99: seconds,
      blameSeconds: seconds,
      waiters: whole,
      share: { type: "number", minimum: 0, maximum: 1.000_001 },
      exact: flag,
    },
    { held: ref("HolderActivities") },
  ),
  HistoryPoint: object({
    time,
    ...done,
    waitSeconds: seconds,
    blameSeconds: seconds,
    waitP50: seconds,
    waitP95: seconds,
    waitP99: seconds,
    holdP50: seconds,
    holdP95: seconds,
    holdP99: seconds,
    waiters: count,
    waits: list(ref("Bar")),
  }),
  Bar: object({ from: seconds, to: seconds, count }),
  Distribution: object({
    count,
    sum: seconds,
    p50: seconds,
    p90: seconds,
    p95: seconds,
    p99: seconds,
    max: seconds,
    histogram: list(ref("Bar")),
  }),
  WaiterSite: object({ site, ...done, ...waited }),
  HolderSite: object({ site, holds: count, holdSeconds: seconds, holdP99: seconds, blameSeconds: seconds }),
  MatrixEntry: object({ waiterSite: site, holderSite: site, blameSeconds: seconds }),
  OutcomeCount: object({ operation: text, outcome: text, operations: count }),
  Party: object({ task: nullable(text), site, sinceMs: count, operation: text }, { taskId: text }),
  PrimitiveState: object({
    name: text,
    type: text,
    holders: list(ref("Party")),
    waiters: list(ref("Party")),
  }),
  PrimitiveDetail: object({
    service: text,
    primitive,
    ...done,
    blameSeconds: seconds,
    wait: ref("Distribution"),
    hold: ref("Distribution"),
    handoff: ref("Distribution"),
    series: list(ref("HistoryPoint")),
    stepSeconds: seconds,
    waiterSites: list(ref("WaiterSite")),
    holderSites: list(ref("HolderSite")),
    matrix: list(ref("MatrixEntry")),
    activities: list(ref("HolderActivities")),
    outcomes: list(ref("OutcomeCount")),
    waiters: whole,
    holders: whole,
    state: nullable(ref("PrimitiveState")),
  }),
  Profile: object({
    id: text,
    kind: { enum: ["waits", "cpuprofile", "recording", "trace", "folded"] },
    name: text,
    service: nullable(text),
    receivedAt: time,
    sizeBytes: whole,
  }),
  WaitsEntry: object({
    service: text,
    primitive,
    waiterSite: site,
    holderSite: site,
    blameSeconds: seconds,
  }),
  WaitsProfile: object({ from: time, to: time, items: list(ref("WaitsEntry")) }),
  KeptWait: object({
    service: text,
    instance: text,
    primitive,
    operation: text,
    outcome: text,
    contended: flag,
    waiterSite: site,
    task: nullable(text),
    start: time,
    end: time,
    waitSeconds: seconds,
    blockedSeconds: seconds,
    handoffSeconds: seconds,
    traceId: { type: "string", pattern: "^[0-9a-f]{32}$" },
    spanId: { type: "string", pattern: "^[0-9a-f]{16}$" },
    parentSpanId: { type: "string", pattern: "^([0-9a-f]{16})?$" },
    holders: list(object({ traceId: text, spanId: text })),
    samplingProbability: { type: "number", minimum: 0 },
  }),
  KeptHold: object({
    service: text,
    instance: text,
    primitive,
    operation: text,
    holderSite: site,
    task: nullable(text),
    start: time,
    end: time,
    holdSeconds: seconds,
    permits: count,
    traceId: { type: "string", pattern: "^[0-9a-f]{32}$" },
    spanId: { type: "string", pattern: "^[0-9a-f]{16}$" },
    parentSpanId: { type: "string", pattern: "^([0-9a-f]{16})?$" },
    wait: nullable(object({ traceId: text, spanId: text })),
    samplingProbability: { type: "number", minimum: 0 },
  }),
  WaitGraphItem: object(
    {
      service: text,
      instance: text,
      primitive,
      holders: list(ref("Party")),
      waiters: list(ref("Party")),
    },
    { object: whole },
  ),
  Finding: object({
    service: text,
    instance: text,
    id: text,
    kind: text,
    severity: { enum: ["info", "warning", "error"] },
    message: text,
    advice: text,
    primitives: list(text),
    sites: list(ref("Site")),
    spans: list(object({ traceId: text, spanId: text })),
    count: whole,
    firstSeen: time,
    lastSeen: time,
  }),
  EventLoopPoint: object({
    time,
    delayP50: seconds,
    delayP99: seconds,
    delayMax: seconds,
    stalledSeconds: seconds,
    activeSeconds: seconds,
    idleSeconds: seconds,
    gc: list(object({ type: text, count, seconds, maxSeconds: seconds })),
    heapUsedBytes: count,
    residentBytes: count,
    ...loopWaits,
  }),
  EventLoopHistory: object({
    service: text,
    instance: text,
    stepSeconds: seconds,
    points: list(ref("EventLoopPoint")),
    waits: list(object({ primitive, ...loopWaits })),
  }),
  Service: object({ name: text, primitives: whole, instances: whole, firstSeenAt: time, lastSeenAt: time }),
  Status: object(
    {
      version: text,
      startedAt: time,
      durable: flag,
      store: text,
      requests: object({ accepted: whole, refused: counts }),
      dropped: counts,
      lastReceivedAt: nullable(time),
      viewers: whole,
      services: list(text),
    },
    {
      retentionSeconds: seconds,
      maxPendingBytes: whole,
      trouble: nullable(text),
      occupancy: { type: "object", additionalProperties: object({ used: count, max: count }) },
      clockSkew: list(object({ service: text, instance: text, skewMs: { type: "number" } })),
      repeatedSpans: whole,
      repeatedPoints: whole,
      knownSince: { type: "object", additionalProperties: time },
    },
  ),
  OtlpAnswer: {
    type: "object",
    description: "An Export…ServiceResponse; in protobuf the same message.",
    properties: { partialSuccess: { type: "object" } },
  },
  OtlpStatus: object({ code: whole, message: text }),
};
