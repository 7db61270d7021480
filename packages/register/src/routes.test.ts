import { expect, test } from "vitest";
import { routesFrom } from "./routes.ts";
import { SettingError } from "./setting-error.ts";

const own = { endpoint: undefined, sdk: "own" } as const;
const app = { endpoint: undefined, sdk: "app" } as const;
const otlp = { kind: "otlp", url: undefined, receiver: "http://localhost:4318", timeoutMs: 3000 };

test("without settings every signal goes by OTLP to where the standard says", () => {
  expect(routesFrom(app, {})).toEqual({ traces: otlp, metrics: otlp, logs: otlp });
});

test("a signal whose exporter is none is not sent", () => {
  const environment = {
    OTEL_TRACES_EXPORTER: "none",
    OTEL_METRICS_EXPORTER: " None ",
    OTEL_LOGS_EXPORTER: "otlp",
  };

  const none = { kind: "none" };
  expect(routesFrom(own, environment)).toEqual({ traces: none, metrics: none, logs: otlp });
});

test("of a list of exporters OTLP is Holdup's, the others are the program's", () => {
  expect(routesFrom(app, { OTEL_METRICS_EXPORTER: "prometheus,otlp" }).metrics).toEqual(otlp);
});

test("a signal may have a receiver, a protocol and a timeout of its own", () => {
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://all:4318",
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "http://logs:1/v1/logs",
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "HTTP/protobuf",
    OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: "http/protobuf",
    OTEL_EXPORTER_OTLP_TIMEOUT: "20000",
    OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: "500",
  };

  expect(routesFrom(own, environment)).toEqual({
    traces: { ...otlp, receiver: "http://all:4318", timeoutMs: 20_000 },
    metrics: { ...otlp, receiver: "http://all:4318", timeoutMs: 500 },
    logs: { ...otlp, receiver: "http://logs:1/v1/logs", timeoutMs: 20_000 },
  });
});

test.each<[environment: Record<string, string>, sentence: string]>([
  [
    { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc", and Holdup speaks only http/protobuf: change it or, if the program\'s own SDK needs it, set HOLDUP_ENDPOINT',
  ],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" }, 'OTEL_EXPORTER_OTLP_PROTOCOL is "http/json"'],
  [{ OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "grpc" }, 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL is "grpc"'],
  [
    { OTEL_METRICS_EXPORTER: "prometheus" },
    'OTEL_METRICS_EXPORTER is "prometheus", and Holdup knows only otlp and none: change it or',
  ],
  [{ OTEL_LOGS_EXPORTER: "console" }, 'OTEL_LOGS_EXPORTER is "console"'],
  [
    { OTEL_EXPORTER_OTLP_TIMEOUT: "soon" },
    'OTEL_EXPORTER_OTLP_TIMEOUT is "soon"; it must be milliseconds from 1 to 2147483647',
  ],
  [{ OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: "0" }, 'OTEL_EXPORTER_OTLP_LOGS_TIMEOUT is "0"'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "localhost" },
    'OTEL_EXPORTER_OTLP_ENDPOINT is "localhost"; it must be a URL',
  ],
])("what Holdup can't do is one sentence that says what to do: %j", (environment, sentence) => {
  for (const settings of [own, app]) {
    expect(() => routesFrom(settings, environment)).toThrow(sentence);
    expect(() => routesFrom(settings, environment)).toThrow(SettingError);
  }
});

test.each<Record<string, string>>([
  { OTEL_TRACES_EXPORTER: "zipkin" },
  { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "collector:4317" },
  { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_METRICS_EXPORTER: "none", OTEL_LOGS_EXPORTER: "none" },
])(
  "how spans are sent is the matter of the program's own SDK, if they go through that: %j",
  (environment) => {
    expect(routesFrom(app, environment).traces).toEqual({
      kind: "app",
      reason: expect.stringMatching(/^OTEL_/),
    });
    expect(() => routesFrom(own, environment)).toThrow(SettingError);
  },
);

test("with an endpoint of Holdup's own, what the standard variables say of exporters is the program's matter", () => {
  const environment = {
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317",
    OTEL_TRACES_EXPORTER: "zipkin",
    OTEL_METRICS_EXPORTER: "prometheus",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_EXPORTER_OTLP_TIMEOUT: "700",
  };

  const { traces, metrics, logs } = routesFrom({ endpoint: "http://holdup:4318/", sdk: "app" }, environment);

  const receiver = "http://holdup:4318/";
  expect(traces).toEqual({ kind: "otlp", url: "http://holdup:4318/v1/traces", receiver, timeoutMs: 700 });
  expect(metrics).toMatchObject({ url: "http://holdup:4318/v1/metrics" });
  expect(logs).toMatchObject({ url: "http://holdup:4318/v1/logs" });
});
