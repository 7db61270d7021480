/**
 * Telemetry as plain values, whatever form it arrived in: only what the collector consumes.
 * Times are Unix milliseconds; 0 means that the sender gave none.
 */

import type { HistogramData } from "@holdup/protocol";
import type { SpanAttributes } from "./span-attributes.ts";
import type { SpanColumns } from "./span-columns.ts";

/** A value of an attribute or of a log body. Integers are numbers: exact up to 2^53. */
export type Value = string | number | boolean | null | Uint8Array | readonly Value[] | Attributes;

/** A Map, because names come from outside: `__proto__` is a name like any other. */
export type Attributes = ReadonlyMap<string, Value>;

export type Temporality = "unspecified" | "delta" | "cumulative";

interface PointBase {
  readonly metric: string;
  readonly temporality: Temporality;
  readonly attributes: Attributes;
  readonly startTime: number;
  readonly time: number;
}

export interface SumPoint extends PointBase {
  readonly kind: "sum";
  readonly monotonic: boolean;
  readonly value: number;
}

/** A histogram of durations; negative values, which no duration has, count as zeros. */
export interface HistogramPoint extends PointBase {
  readonly kind: "histogram";
  readonly value: HistogramData;
  /** Made of a histogram with explicit bounds: count and sum are exact, percentiles are not. */
  readonly approximate?: true;
}

export type Point = SumPoint | HistogramPoint;

/** The sums and histograms of one resource and scope; other kinds are left out. */
export interface MetricGroup {
  readonly resource: Attributes;
  readonly scope: string;
  readonly points: readonly Point[];
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  /** What it means; "" if the link does not say. */
  readonly type: string;
}

export interface Span {
  /** 32 lower-case hex digits, or empty when the sender gave none. */
  readonly traceId: string;
  /** 16 lower-case hex digits, or empty when the sender gave none. */
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly attributes: SpanAttributes;
  readonly links: readonly SpanLink[];
}

export interface SpanGroup {
  readonly resource: Attributes;
  readonly scope: string;
  readonly spans: SpanColumns;
}

export interface LogRecord {
  readonly eventName: string;
  readonly time: number;
  readonly attributes: Attributes;
  readonly body: Value;
}

export interface LogGroup {
  readonly resource: Attributes;
  readonly scope: string;
  readonly records: readonly LogRecord[];
}
