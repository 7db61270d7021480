import { expect, test } from "vitest";
import { logsTarget } from "./logs-target.ts";

test.for<[endpoint: string | undefined, environment: Record<string, string>, url: string]>([
  [undefined, {}, "http://localhost:4318/v1/logs"],
  ["http://a:1/", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://b:2" }, "http://a:1/v1/logs"],
  [undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://b:2/otlp" }, "http://b:2/otlp/v1/logs"],
  [
    undefined,
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://b:2", OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "http://c:3/logs" },
    "http://c:3/logs",
  ],
])("log records go where OpenTelemetry's exporters send them: %j", ([endpoint, environment, url]) => {
  expect(logsTarget(endpoint, environment).url).toBe(url);
});

test("headers are those of all signals and of logs; what no request can carry is left out", () => {
  const { headers } = logsTarget(undefined, {
    OTEL_EXPORTER_OTLP_HEADERS: "x-otlp-api-key=a%2Cb, tenant = 1,bad name=1,=2,broken,y=%0A,z=%",
    OTEL_EXPORTER_OTLP_LOGS_HEADERS: "tenant=2",
  });

  expect(headers).toEqual({ "x-otlp-api-key": "a,b", tenant: "2", z: "%" });
});
