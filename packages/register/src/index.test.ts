import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// Programs take their time to start on a busy machine.
const timeout = 30_000;

/** How a program that does nothing ends, wired by `--import` in this environment. */
function ending(environment: Record<string, string>): {
  code: number | null;
  output: string;
  errors: string;
} {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--conditions=@holdup/source",
      "--disable-warning=ExperimentalWarning",
      "--import",
      "./src/index.ts",
      "--input-type=module",
      "--eval",
      "console.log('runs')",
    ],
    {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: { PATH: process.env["PATH"], ...environment },
      encoding: "utf8",
    },
  );
  return { code: status, output: stdout, errors: stderr };
}

test("a program whose settings Holdup can't follow ends at its start, with one sentence", { timeout }, () => {
  const { code, output, errors } = ending({ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" });

  expect(errors).toMatch(
    /^holdup: OTEL_EXPORTER_OTLP_PROTOCOL is "grpc", and [^\n]*set HOLDUP_ENDPOINT[^\n]*\n$/,
  );
  expect({ code, output }).toEqual({ code: 2, output: "" });
});

test("where Holdup has an endpoint of its own, the program's SDK may have any", { timeout }, () => {
  const environment = {
    HOLDUP_ENDPOINT: "http://127.0.0.1:9",
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317",
    OTEL_METRICS_EXPORTER: "prometheus",
  };

  expect(ending(environment)).toEqual({ code: 0, output: "runs\n", errors: "" });
});

test("where OpenTelemetry is disabled, nothing is read and nothing is done", { timeout }, () => {
  const environment = { OTEL_SDK_DISABLED: "True", HOLDUP_SPAM: "all" };

  expect(ending(environment)).toEqual({ code: 0, output: "runs\n", errors: "" });
});
