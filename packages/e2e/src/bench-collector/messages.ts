/** The official OTLP messages as protobufjs static classes, which nobody here wrote. */

import { createRequire } from "node:module";

/** What the collector has and this package has not. */
export const ofCollector: NodeJS.Require = createRequire(
  new URL("../../../collector/package.json", import.meta.url),
);

interface Message<Read> {
  fromObject(object: object): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Read;
}

/** A 64-bit integer as the classes read it. */
export type Long = number | { toNumber(): number };

export interface ReadValue {
  readonly stringValue?: string | null;
  readonly boolValue?: boolean | null;
  readonly intValue?: Long | null;
  readonly doubleValue?: number | null;
}
export interface ReadAttribute {
  readonly key: string;
  readonly value?: ReadValue | null;
}
export interface ReadSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId: Uint8Array;
  readonly name: string;
  readonly startTimeUnixNano: Long;
  readonly endTimeUnixNano: Long;
  readonly attributes: readonly ReadAttribute[];
  readonly links: readonly {
    readonly traceId: Uint8Array;
    readonly spanId: Uint8Array;
    readonly attributes: readonly ReadAttribute[];
  }[];
}
interface ReadPoint {
  readonly attributes: readonly ReadAttribute[];
  readonly startTimeUnixNano: Long;
  readonly timeUnixNano: Long;
}
export interface ReadNumberPoint extends ReadPoint {
  readonly asDouble?: number | null;
  readonly asInt?: Long | null;
}
export interface ReadBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly Long[];
}
export interface ReadHistogramPoint extends ReadPoint {
  readonly sum?: number | null;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly scale: number;
  readonly zeroCount: Long;
  readonly positive?: ReadBuckets | null;
  readonly negative?: ReadBuckets | null;
}
export interface ReadMetric {
  readonly name: string;
  readonly sum?: {
    readonly aggregationTemporality: number;
    readonly isMonotonic: boolean;
    readonly dataPoints: readonly ReadNumberPoint[];
  } | null;
  readonly exponentialHistogram?: {
    readonly aggregationTemporality: number;
    readonly dataPoints: readonly ReadHistogramPoint[];
  } | null;
}
interface ReadResource {
  readonly resource?: { readonly attributes: readonly ReadAttribute[] } | null;
}
interface ReadScope {
  readonly scope?: { readonly name: string } | null;
}
export interface ReadSpans {
  readonly resourceSpans: readonly (ReadResource & {
    readonly scopeSpans: readonly (ReadScope & { readonly spans: readonly ReadSpan[] })[];
  })[];
}
export interface ReadMetrics {
  readonly resourceMetrics: readonly (ReadResource & {
    readonly scopeMetrics: readonly (ReadScope & { readonly metrics: readonly ReadMetric[] })[];
  })[];
}

interface Official {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly trace: { readonly v1: { readonly ExportTraceServiceRequest: Message<ReadSpans> } };
        readonly metrics: { readonly v1: { readonly ExportMetricsServiceRequest: Message<ReadMetrics> } };
      };
    };
  };
}

const { collector } = (ofCollector("otlp-messages/build/src/generated/root.js") as Official).opentelemetry
  .proto;

export const spansMessage: Message<ReadSpans> = collector.trace.v1.ExportTraceServiceRequest;
export const metricsMessage: Message<ReadMetrics> = collector.metrics.v1.ExportMetricsServiceRequest;
