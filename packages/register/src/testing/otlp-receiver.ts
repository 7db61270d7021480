import { createServer, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";

// The official OTLP messages as generated classes: a decoder that nobody here wrote.
const messages = createRequire(import.meta.url)("otlp-messages/build/src/generated/root.js") as {
  opentelemetry: {
    proto: { collector: Record<"trace" | "metrics" | "logs", { v1: Record<string, MessageClass> }> };
  };
};
const { collector } = messages.opentelemetry.proto;
const requests: Record<string, MessageClass | undefined> = {
  "/v1/traces": collector.trace.v1["ExportTraceServiceRequest"],
  "/v1/metrics": collector.metrics.v1["ExportMetricsServiceRequest"],
  "/v1/logs": collector.logs.v1["ExportLogsServiceRequest"],
};

interface MessageClass {
  decode(bytes: Uint8Array): unknown;
  toObject(message: unknown, options: object): unknown;
}

export interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number; doubleValue?: number; boolValue?: boolean };
}
export interface OtlpSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: number;
  endTimeUnixNano: number;
  attributes: Attribute[];
  status?: { code?: string };
  links?: { traceId: string; spanId: string; attributes: Attribute[] }[];
}
export interface OtlpPoint {
  attributes: Attribute[];
  count?: number;
  sum?: number;
  zeroCount?: number;
  asDouble?: number;
  asInt?: number;
}
export interface OtlpMetric {
  name: string;
  unit: string;
  sum?: { aggregationTemporality: string; isMonotonic: boolean; dataPoints: OtlpPoint[] };
  exponentialHistogram?: { aggregationTemporality: string; dataPoints: OtlpPoint[] };
}
export interface OtlpRecord {
  eventName: string;
  body: { kvlistValue: { values: Attribute[] } };
}

/** An OTLP receiver that is not ours: node:http and the official classes. */
export class Receiver implements AsyncDisposable {
  readonly spans: OtlpSpan[] = [];
  readonly metrics: OtlpMetric[] = [];
  readonly records: OtlpRecord[] = [];
  readonly resources: Attribute[][] = [];
  readonly #server: Server = createServer((request, response) => {
    void this.#take(request).then(() =>
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end(),
    );
  });

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const type = requests[request.url ?? ""];
    if (type === undefined) throw new Error(`unexpected request to ${request.url}`);
    const plain = { longs: Number, bytes: String, enums: String };
    const body = type.toObject(type.decode(Buffer.concat(chunks)), plain) as Record<
      string,
      Record<string, unknown>[]
    >;
    for (const part of Object.values(body).flat()) {
      this.resources.push((part["resource"] as { attributes: Attribute[] }).attributes);
      const scopes = (part["scopeSpans"] ?? part["scopeMetrics"] ?? part["scopeLogs"]) as Record<
        string,
        never[]
      >[];
      for (const scope of scopes) {
        this.spans.push(...(scope["spans"] ?? []));
        this.metrics.push(...(scope["metrics"] ?? []));
        this.records.push(...(scope["logRecords"] ?? []));
      }
    }
  }

  points(name: string): OtlpPoint[] {
    const all = this.metrics.filter((metric) => metric.name === name);
    return all.flatMap(({ sum, exponentialHistogram }) => (sum ?? exponentialHistogram)?.dataPoints ?? []);
  }
}

/** Attributes as a plain object. */
export function values(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
