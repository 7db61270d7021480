/** What a program that Holdup watches sends: waits and holds as spans, and the figures of its primitives. */

import { attribute, Histogram, metric, scopeName, type LinkType, type Outcome } from "@holdup/protocol";
import { metricsMessage, spansMessage } from "./messages.ts";

/** Spans, or points, of one body. */
export const batchItems = 512;

const primitives = 64;
const nanosecondsPerMillisecond = 1e6;

/** Stands in a body where each request has something of its own: the same bytes sent again count once. */
const marker = "M4RK";

/** A body of which each copy differs from all others. */
export class Template {
  readonly #bytes: Buffer;
  readonly #places: number[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
    for (let at = this.#bytes.indexOf(marker); at !== -1; at = this.#bytes.indexOf(marker, at + 1)) {
      this.#places.push(at);
    }
  }

  /** The ids in it are those of that turn. */
  copy(turn: number): Buffer {
    const mark = turn.toString(36).padStart(marker.length, "0");
    for (const at of this.#places) this.#bytes.write(mark, at, "latin1");
    return Buffer.from(this.#bytes);
  }
}

/** Waits, each with the hold that it waited for, in the last seconds before `now`. */
export function spansBody(program: number, now: number): Uint8Array {
  const spans = Array.from({ length: batchItems / 2 }, (_, i) => [waitSpan(i, now), holdSpan(i, now)]);
  return encode(spansMessage, {
    resourceSpans: [
      { resource: resource(program), scopeSpans: [{ scope: { name: scopeName }, spans: spans.flat() }] },
    ],
  });
}

/** Eight points of each primitive: waits, holds, hand-offs, blame, and who waits. */
export function metricsBody(program: number, now: number): Uint8Array {
  const all = Array.from({ length: primitives }, (_, i) => i);
  const metrics = [
    histograms(
      metric.waitDuration,
      now,
      all.flatMap((i) => [waiting(i, 0), waiting(i, 1)]),
    ),
    histograms(
      metric.handoffDuration,
      now,
      all.map((i) => waiting(i, 0)),
    ),
    histograms(
      metric.holdDuration,
      now,
      all.flatMap((i) => [holding(i, 0), holding(i, 1)]),
    ),
    sums(
      metric.blameDuration,
      now,
      all.flatMap((i) => [blaming(i, 0), blaming(i, 1)]),
      1,
      (i) => 0.001 * (i + 1),
    ),
    sums(metric.waiters, now, all.map(of), 2, (i) => i % 3),
  ];
  // The scope's version is read by nobody: it tells one body from another.
  return encode(metricsMessage, {
    resourceMetrics: [
      {
        resource: resource(program),
        scopeMetrics: [{ scope: { name: scopeName, version: marker }, metrics }],
      },
    ],
  });
}

/** Attributes. */
export type Said = Readonly<Record<string, string | number | boolean>>;

function waitSpan(i: number, now: number): object {
  const startMs = now - 5_000 + i * 10;
  return {
    ...identity(i, 2 * i),
    name: `wait lock-${i % primitives}`,
    kind: 1,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(startMs + 4 + (i % 7)),
    attributes: keyValues({
      ...waiting(i % primitives, i % 2),
      [attribute.contended]: true,
      [attribute.waitBlocked]: 0.0035 + (i % 7) / 1000,
      [attribute.waitHandoff]: 0.0005,
      [attribute.holderCount]: 1,
      [attribute.queuePosition]: i % 5,
      [attribute.queueLength]: (i % 5) + 1,
      [attribute.permitsLimit]: 1,
      [attribute.permitsRequested]: 1,
      [attribute.taskId]: `task-${i}`,
      [attribute.taskName]: "checkout",
      [attribute.samplingProbability]: 0.25,
    }),
    links: [link(i, "holder", 2 * i + 1)],
  };
}

function holdSpan(i: number, now: number): object {
  const startMs = now - 5_002 + i * 10;
  return {
    ...identity(i, 2 * i + 1),
    name: `hold lock-${i % primitives}`,
    kind: 1,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(startMs + 5 + (i % 7)),
    attributes: keyValues({
      ...holding(i % primitives, i % 2),
      [attribute.operationName]: "acquire",
      [attribute.taskId]: `task-${i + 1}`,
      [attribute.taskName]: "checkout",
      [attribute.samplingProbability]: 0.25,
      [attribute.permitsLimit]: 1,
      [attribute.permitsRequested]: 1,
    }),
    links: [link(i, "grant", 2 * i)],
  };
}

const identity = (trace: number, span: number): object => ({
  traceId: id(16, trace),
  spanId: id(8, span),
  parentSpanId: id(8, 100_000 + trace),
});

function link(trace: number, type: LinkType, span: number): object {
  return {
    traceId: id(16, trace),
    spanId: id(8, span),
    attributes: keyValues({ [attribute.linkType]: type }),
  };
}

function id(bytes: number, number: number): Buffer {
  const made = Buffer.alloc(bytes, 7);
  made.writeUInt32BE(number + 1);
  made.write(marker, bytes - marker.length, "latin1");
  return made;
}

const of = (i: number): Said => ({
  [attribute.primitiveType]: "lock",
  [attribute.primitiveName]: `lock-${i}`,
});

const site = (i: number, line: number): Said => ({
  [attribute.functionName]: "reserve",
  [attribute.filePath]: `src/stock-${i % 16}.ts`,
  [attribute.lineNumber]: line,
});

function waiting(i: number, line: number): Said {
  const outcome: Outcome = "granted";
  return {
    ...of(i),
    [attribute.operationName]: "acquire",
    [attribute.outcome]: outcome,
    ...site(i, 40 + line),
  };
}

const holding = (i: number, line: number): Said => ({ ...of(i), ...site(i, 60 + line) });

const blaming = (i: number, line: number): Said => ({
  ...of(i),
  ...site(i, 40 + line),
  [attribute.holderFunctionName]: "reserve",
  [attribute.holderFilePath]: `src/stock-${i % 16}.ts`,
  [attribute.holderLineNumber]: 60 + line,
});

/** A histogram metric; `values` makes the figures of each point. */
export function histograms(
  name: string,
  now: number,
  points: readonly Said[],
  values: (i: number) => object = (i) => distribution(i),
): object {
  const dataPoints = points.map((said, i) => ({ ...interval(said, now), ...values(i) }));
  return { name, unit: "s", exponentialHistogram: { aggregationTemporality: 1, dataPoints } };
}

/** Some twenty buckets, as a second of a busy lock fills; `zeros` of those that did not wait. */
export function distribution(variant: number, values = 60, zeros = 30): object {
  const histogram = new Histogram();
  for (let i = 0; i < values; i++) histogram.record(0.0005 * 1.05 ** ((i * 7 + variant * 3) % 40));
  histogram.recordZeros(zeros);
  const { count, sum, min, max, scale, zeroCount, offset, counts } = histogram;
  return { count, sum, min, max, scale, zeroCount, positive: { offset, bucketCounts: Array.from(counts) } };
}

/** A metric of sums (aggregation temporality 1: of an interval) or levels (2). */
export function sums(
  name: string,
  now: number,
  points: readonly Said[],
  aggregationTemporality: number,
  value: (i: number) => number,
): object {
  const dataPoints = points.map((said, i) => ({ ...interval(said, now), asDouble: value(i) }));
  return {
    name,
    unit: "s",
    sum: { aggregationTemporality, isMonotonic: aggregationTemporality === 1, dataPoints },
  };
}

const interval = (said: Said, now: number): object => ({
  attributes: keyValues(said),
  startTimeUnixNano: nanoseconds(now - 1_000),
  timeUnixNano: nanoseconds(now),
});

const nanoseconds = (ms: number): number => ms * nanosecondsPerMillisecond;

/** Of one program. */
export const resource = (program: number): object => ({
  attributes: keyValues({
    [attribute.serviceName]: `bench-${program}`,
    [attribute.serviceInstanceId]: `instance-${program}`,
    "telemetry.sdk.language": "nodejs",
    "process.pid": 4000 + program,
  }),
});

function keyValues(said: Said): object[] {
  return Object.entries(said).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | boolean): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
}

/** A request's bytes. */
export function encode(message: typeof spansMessage | typeof metricsMessage, object: object): Uint8Array {
  return message.encode(message.fromObject(object)).finish();
}
