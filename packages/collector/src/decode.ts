/** From the body of an OTLP request to plain telemetry. Only this file and the `decode-*` beside it know OTLP's messages. */

import { logsFromJson, metricsFromJson, spansFromJson } from "./decode-json.ts";
import { logsFromProtobuf, metricsFromProtobuf, spansFromProtobuf } from "./decode-protobuf.ts";
import type { LogGroup, MetricGroup, SpanGroup } from "./telemetry.ts";

/** The two forms that OTLP has over HTTP. */
export type Form = "protobuf" | "json";

/** Throws a DecodeError if the body isn't an ExportMetricsServiceRequest. */
export function decodeMetrics(body: Uint8Array, form: Form): MetricGroup[] {
  return form === "json" ? metricsFromJson(body) : metricsFromProtobuf(body);
}

/** Throws a DecodeError if the body isn't an ExportTraceServiceRequest. */
export function decodeSpans(body: Uint8Array, form: Form): SpanGroup[] {
  return form === "json" ? spansFromJson(body) : spansFromProtobuf(body);
}

/** Throws a DecodeError if the body isn't an ExportLogsServiceRequest. */
export function decodeLogs(body: Uint8Array, form: Form): LogGroup[] {
  return form === "json" ? logsFromJson(body) : logsFromProtobuf(body);
}
