import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";

// Vite brings a reader of YAML.
const vite = createRequire(new URL("../../../package.json", import.meta.url)).resolve("vite/package.json");
const { parse } = createRequire(vite)("yaml") as { parse: (text: string) => Config };

type Settings = { readonly [key: string]: Settings | string | number | boolean | null };

interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors?: readonly string[];
  readonly exporters: readonly string[];
}

interface Config extends Record<"receivers" | "processors" | "connectors" | "exporters", Settings> {
  readonly service: { readonly pipelines: Readonly<Record<string, Pipeline>> };
}

const config = parse(readFileSync(new URL("../../../docs/otel-gateway.yaml", import.meta.url), "utf8"));

// As the documents of the components name them, in open-telemetry/opentelemetry-collector (and -contrib):
// receiver/otlpreceiver/testdata/config.yaml, processor/memorylimiterprocessor/README.md,
// processor/batchprocessor/README.md, exporter/otlphttpexporter/testdata/config.yaml,
// connector/roundrobinconnector/README.md (it has no settings).
const known: Readonly<Record<string, readonly string[]>> = {
  otlp: [
    "protocols",
    "protocols.http",
    "protocols.http.endpoint",
    "protocols.grpc",
    "protocols.grpc.endpoint",
  ],
  memory_limiter: ["check_interval", "limit_percentage", "spike_limit_percentage"],
  batch: ["timeout", "send_batch_size", "send_batch_max_size"],
  roundrobin: [],
  otlphttp: [
    "endpoint",
    "compression",
    "timeout",
    "headers",
    "headers.x-otlp-api-key",
    "retry_on_failure",
    "retry_on_failure.enabled",
    "retry_on_failure.initial_interval",
    "retry_on_failure.max_interval",
    "retry_on_failure.max_elapsed_time",
    "sending_queue",
    "sending_queue.enabled",
    "sending_queue.num_consumers",
    "sending_queue.queue_size",
  ],
};

function pathsOf(settings: Settings | null): string[] {
  return Object.entries(settings ?? {}).flatMap(([key, value]) =>
    typeof value === "object" && value !== null
      ? [key, ...pathsOf(value).map((path) => `${key}.${path}`)]
      : [key],
  );
}

const components = [config.receivers, config.processors, config.connectors, config.exporters].flatMap(
  (group) => Object.entries(group),
);

test.each(components)("the gateway's %s has only settings that its documents name", (name, settings) => {
  const [type = ""] = name.split("/");
  expect(known[type]).toEqual(expect.arrayContaining(pathsOf(settings as Settings | null)));
});

test("the gateway's pipelines use what is there, and all of it; each signal reaches every collector", () => {
  const pipelines = Object.entries(config.service.pipelines);
  const used = pipelines.flatMap(([, { receivers, processors = [], exporters }]) => [
    ...receivers,
    ...processors,
    ...exporters,
  ]);
  expect(new Set(used)).toEqual(new Set(components.map(([name]) => name)));

  const exporters = Object.keys(config.exporters);
  for (const signal of ["metrics", "traces", "logs"]) {
    const reached = pipelines.filter(
      ([name, { receivers }]) => name.startsWith(`${signal}/`) && receivers[0] === "roundrobin",
    );
    expect(reached.flatMap(([, pipeline]) => pipeline.exporters)).toEqual(exporters);
    expect(config.service.pipelines[signal]).toMatchObject({
      receivers: ["otlp"],
      exporters: ["roundrobin"],
    });
  }
});
