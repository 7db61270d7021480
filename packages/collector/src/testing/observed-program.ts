/** A program under observation, as its OTLP/JSON requests look. */

import { attribute, event, Histogram, metric, type Site } from "@holdup/protocol";

type Attribute = string | number | boolean;

interface PointOptions {
  readonly name?: string;
  readonly type?: string;
  readonly site?: Site;
  readonly holder?: Site;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export class ObservedProgram {
  readonly #service: string;
  readonly #instance: string;
  readonly #metrics: object[] = [];
  #time: number;
  #startTime: number;

  constructor(service: string, time: number, instance = "i-1") {
    this.#service = service;
    this.#instance = instance;
    this.#time = time;
    this.#startTime = time - 1_000;
  }

  /** What follows is of another time, Unix ms. */
  at(time: number, startTime: number = time - 1_000): this {
    this.#time = time;
    this.#startTime = startTime;
    return this;
  }

  /** Operations that took so many seconds to begin; zeros did not wait. */
  wait(seconds: readonly number[], options: PointOptions = {}, temporality = 1): this {
    const contended = seconds.some((value) => value > 0);
    const attributes = { [attribute.contended]: contended, ...operation, ...options.attributes };
    return this.#histogram(metric.waitDuration, seconds, { ...options, attributes }, temporality);
  }

  hold(seconds: readonly number[], options: PointOptions = {}): this {
    return this.#histogram(metric.holdDuration, seconds, options, 1);
  }

  handoff(seconds: readonly number[], options: PointOptions = {}): this {
    return this.#histogram(metric.handoffDuration, seconds, options, 1);
  }

  operations(count: number, options: PointOptions = {}, temporality = 1): this {
    const attributes = { ...operation, ...options.attributes };
    return this.#sum(metric.operations, count, { ...options, attributes }, temporality, true);
  }

  blame(seconds: number, options: PointOptions = {}, temporality = 1): this {
    return this.#sum(metric.blameDuration, seconds, options, temporality, true);
  }

  /** What holders did for so many seconds while others waited. */
  activity(name: string, seconds: number, options: PointOptions = {}): this {
    const attributes = { [attribute.holdActivity]: name, ...options.attributes };
    return this.#sum(metric.holdActivityDuration, seconds, { ...options, attributes }, 1, true);
  }

  /** How many holds were looked at for it. */
  explained(holds: number, options: PointOptions = {}): this {
    return this.#sum(metric.holdsExplained, holds, options, 1, true);
  }

  waiters(count: number, options: PointOptions = {}, temporality = 2): this {
    return this.#sum(metric.waiters, count, options, temporality, false);
  }

  holders(count: number, options: PointOptions = {}): this {
    return this.#sum(metric.holders, count, options, 2, false);
  }

  /** How late its event loop was, in seconds, and for how long it stood still, worked and rested. */
  loop(delays: readonly number[], stalled: number, [active, idle]: readonly [number, number]): this {
    return this.#histogram(metric.loopDelay, delays, {}, 1)
      .#sum(metric.loopStalled, stalled, {}, 1, true)
      .#sum(metric.loopTime, active, inState("active"), 1, true)
      .#sum(metric.loopTime, idle, inState("idle"), 1, true);
  }

  /** Waiting while the event loop stood still. */
  stalledWait(seconds: number, options: PointOptions = {}): this {
    return this.#sum(metric.stalledDuration, seconds, options, 1, true);
  }

  /** Pauses of one kind, in seconds. */
  collections(type: string, pauses: readonly number[]): this {
    return this.#histogram(metric.gcDuration, pauses, { attributes: { [attribute.gcType]: type } }, 1);
  }

  /** The spaces of its heap and its resident set, in bytes. */
  memory(spaces: Readonly<Record<string, number>>, resident: number): this {
    for (const [name, used] of Object.entries(spaces))
      this.#sum(metric.heapUsed, used, { attributes: { [attribute.heapSpace]: name } }, 2, false);
    return this.#sum(metric.memoryUsage, resident, {}, 2, false);
  }

  /** The body of the metrics request. */
  metrics(): Uint8Array {
    const scopeMetrics = [{ scope: { name: "@holdup/observer" }, metrics: this.#metrics }];
    return bytes({ resourceMetrics: [{ resource: this.#resource(), scopeMetrics }] });
  }

  /** The body of a logs request with one snapshot event. */
  snapshot(primitives: readonly unknown[]): Uint8Array {
    const logRecords = [
      { eventName: event.snapshot, timeUnixNano: nanoseconds(this.#time), body: anyValue({ primitives }) },
    ];
    return bytes({ resourceLogs: [{ resource: this.#resource(), scopeLogs: [{ logRecords }] }] });
  }

  /** The body of a logs request with findings, by their id. */
  findings(findings: Readonly<Record<string, unknown>>): Uint8Array {
    const logRecords = Object.entries(findings).map(([id, body]) => ({
      eventName: event.finding,
      severityNumber: 13,
      timeUnixNano: nanoseconds(this.#time),
      attributes: keyValues({ [attribute.findingId]: id }),
      body: anyValue(body),
    }));
    return bytes({ resourceLogs: [{ resource: this.#resource(), scopeLogs: [{ logRecords }] }] });
  }

  /** The body of a traces request with these spans. */
  spans(spans: readonly object[]): Uint8Array {
    return bytes({ resourceSpans: [{ resource: this.#resource(), scopeSpans: [{ spans }] }] });
  }

  #resource(): object {
    return {
      attributes: keyValues({
        [attribute.serviceName]: this.#service,
        [attribute.serviceInstanceId]: this.#instance,
      }),
    };
  }

  #histogram(name: string, values: readonly number[], options: PointOptions, temporality: number): this {
    const histogram = new Histogram();
    for (const value of values) histogram.record(value);
    const { count, sum, min, max, zeroCount, scale, offset, counts } = histogram.toData();
    const positive = { offset, bucketCounts: Array.from(counts) };
    const point = { ...this.#point(options), count, sum, min, max, zeroCount, scale, positive };
    const exponentialHistogram = { aggregationTemporality: temporality, dataPoints: [point] };
    this.#metrics.push({ name, exponentialHistogram });
    return this;
  }

  #sum(name: string, value: number, options: PointOptions, temporality: number, isMonotonic: boolean): this {
    const dataPoints = [{ ...this.#point(options), asDouble: value }];
    this.#metrics.push({ name, sum: { aggregationTemporality: temporality, isMonotonic, dataPoints } });
    return this;
  }

  #point({ name = "accounts", type = "lock", site, holder, attributes = {} }: PointOptions): object {
    return {
      startTimeUnixNano: nanoseconds(this.#startTime),
      timeUnixNano: nanoseconds(this.#time),
      attributes: keyValues({
        [attribute.primitiveType]: type,
        [attribute.primitiveName]: name,
        ...siteAttributes(attribute.functionName, attribute.filePath, attribute.lineNumber, site),
        ...siteAttributes(
          attribute.holderFunctionName,
          attribute.holderFilePath,
          attribute.holderLineNumber,
          holder,
        ),
        ...attributes,
      }),
    };
  }
}

/** A site in the user's source, for tests that need some. */
export function siteAt(lineNumber: number, functionName = "transfer"): Site {
  return { functionName, filePath: "src/accounts.ts", lineNumber };
}

/** A finding as programs tell it, for tests that need some. */
export function deadlock(time: number, parts: object = {}): object {
  return {
    kind: "deadlock",
    severity: "error",
    message: "a and b wait for each other",
    advice: "take them in one order",
    primitives: ["accounts", "ledger"],
    sites: [siteAt(3), siteAt(7)],
    spans: [{ traceId: "1".repeat(32), spanId: "2".repeat(16) }],
    count: 1,
    firstSeen: time - 5_000,
    lastSeen: time,
    ...parts,
  };
}

/** A value as OTLP/JSON writes it. */
function anyValue(value: unknown): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number")
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: keyValues(value as Record<string, unknown>) } };
}

function keyValues(values: Readonly<Record<string, unknown>>): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds)}000000`;
}

const operation = { [attribute.operationName]: "acquire", [attribute.outcome]: "granted" };

function siteAttributes(
  functionName: string,
  filePath: string,
  lineNumber: string,
  site: Site | undefined,
): Record<string, Attribute> {
  if (site === undefined) return {};
  return { [functionName]: site.functionName, [filePath]: site.filePath, [lineNumber]: site.lineNumber };
}

function inState(value: string): PointOptions {
  return { attributes: { [attribute.loopState]: value } };
}

function bytes(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
