import { ValueType } from "@opentelemetry/api";
import { ExportResultCode } from "@opentelemetry/core";
import {
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  AggregationTemporality,
} from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from "@opentelemetry/sdk-trace";
import { Sema } from "async-sema";
import type { Case } from "./measure.ts";

// Takes every batch and forgets it: what is measured is the making.
const nowhere: SpanExporter = {
  export: (_spans, done) => done({ code: ExportResultCode.SUCCESS }),
  shutdown: () => Promise.resolve(),
};
const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);

/** What one would write by hand: a lock, a span and two histograms of OpenTelemetry for every operation. */
export const naiveOtel: Case = {
  name: "async-sema + OTel span + 2 histograms",
  async run(times) {
    const tracer = new TracerProvider({
      spanProcessors: [new BatchSpanProcessor({ exporter: nowhere })],
    }).getTracer("bench");
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 });
    const meter = new MeterProvider({ readers: [reader] }).getMeter("bench");
    const waits = meter.createHistogram("wait", { unit: "s", valueType: ValueType.DOUBLE });
    const holds = meter.createHistogram("hold", { unit: "s", valueType: ValueType.DOUBLE });
    const attributes = { "holdup.primitive.name": "bench", "holdup.primitive.type": "lock" };
    const sema = new Sema(1);
    for (let i = 0; i < times; i++) {
      const asked = performance.now();
      await sema.acquire();
      const granted = performance.now();
      waits.record((granted - asked) / 1000, attributes);
      const span = tracer.startSpan("hold bench", { attributes });
      sema.release();
      span.end();
      holds.record((performance.now() - granted) / 1000, attributes);
    }
  },
};
