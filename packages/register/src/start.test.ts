import { expect, test } from "vitest";
import { createObserver } from "@holdup/observer";
import { Lock, observe, observed, Semaphore, sleep } from "@holdup/primitives";
import { SettingError } from "./setting-error.ts";
import { start } from "./start.ts";
import type { StartOptions } from "./start-options.ts";
import { EnvironmentVariables } from "./testing/environment-variables.ts";
import { Receiver, values, type OtlpPoint } from "./testing/otlp-receiver.ts";
import { version } from "./version.ts";

async function reserve(lock: Lock): Promise<void> {
  using _held = await lock.acquire();
  await sleep(30);
}

test("any OTLP receiver gets the spans, metrics and events of a wired program", async () => {
  await using receiver = new Receiver();
  const endpoint = await receiver.listen();
  const holdup = start({ serviceName: "plain", endpoint, snapshotIntervalMs: 10 });
  const lock = new Lock("inventory");
  await Promise.all([reserve(lock), reserve(lock), reserve(lock)]);
  using _idle = await new Semaphore(3, "idle").acquire();
  await holdup.stop();

  const waits = receiver.spans.filter(({ name }) => name === "wait inventory");
  const holds = receiver.spans.filter(({ name }) => name === "hold inventory");
  expect(waits).toHaveLength(2);
  expect(values(waits[0]?.attributes ?? [])).toMatchObject({
    "holdup.primitive.type": "lock",
    "holdup.outcome": "granted",
    "holdup.contended": true,
    "code.function.name": "reserve",
    "code.file.path": "packages/register/src/start.test.ts",
  });
  const blockers = waits
    .flatMap(({ links }) => links ?? [])
    .filter(({ attributes }) => values(attributes)["holdup.link.type"] === "holder");
  const ids = holds.map(({ traceId, spanId }) => `${traceId} ${spanId}`);
  expect(blockers.length).toBeGreaterThanOrEqual(2);
  for (const { traceId, spanId } of blockers) expect(ids).toContain(`${traceId} ${spanId}`);

  const ofInventory = (points: OtlpPoint[]) =>
    points.filter(({ attributes }) => values(attributes)["holdup.primitive.name"] === "inventory");
  const count = (points: OtlpPoint[]) => points.reduce((sum, point) => sum + (point.count ?? 0), 0);
  const seconds = (points: OtlpPoint[]) =>
    points.reduce((sum, point) => sum + (point.sum ?? point.asDouble ?? 0), 0);
  expect(count(ofInventory(receiver.points("holdup.wait.duration")))).toBe(3);
  expect(count(ofInventory(receiver.points("holdup.hold.duration")))).toBe(3);
  expect(count(ofInventory(receiver.points("holdup.handoff.duration")))).toBe(2);
  expect(seconds(ofInventory(receiver.points("holdup.hold.duration")))).toBeGreaterThan(0.085);
  const blame = seconds(ofInventory(receiver.points("holdup.blame.duration")));
  const waited = seconds(ofInventory(receiver.points("holdup.wait.duration")));
  const handedOff = seconds(ofInventory(receiver.points("holdup.handoff.duration")));
  expect(blame).toBeCloseTo(waited - handedOff, 6);
  const operations = ofInventory(receiver.points("holdup.operations")).map(({ attributes, asInt }) => [
    values(attributes)["holdup.contended"],
    asInt,
  ]);
  expect(operations).toEqual([
    [false, 1],
    [true, 2],
  ]);
  for (const { name, sum, exponentialHistogram } of receiver.metrics) {
    const temporality = (sum ?? exponentialHistogram)?.aggregationTemporality;
    const isGauge = /^nodejs\.eventloop\.(delay|utilization)/.test(name);
    const isLevel = /waiters|holders|limit$|heap|memory/.test(name);
    if (isGauge) expect(temporality).toBeUndefined();
    else
      expect(temporality).toBe(
        isLevel ? "AGGREGATION_TEMPORALITY_CUMULATIVE" : "AGGREGATION_TEMPORALITY_DELTA",
      );
  }

  const [loop] = receiver.points("nodejs.eventloop.time");
  expect(values(loop?.attributes ?? [])).toEqual({ "nodejs.eventloop.state": "active" });
  expect(count(receiver.points("holdup.eventloop.delay"))).toBeGreaterThan(0);
  expect(receiver.points("process.memory.usage")[0]?.asInt).toBeGreaterThan(1e6);

  const snapshot = receiver.records.find(({ eventName }) => eventName === "holdup.snapshot");
  expect(JSON.stringify(snapshot?.body)).toContain("inventory");
  for (const resource of receiver.resources) {
    expect(values(resource)).toMatchObject({
      "service.name": "plain",
      "service.instance.id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  }
});

test("start again while running gives what runs; after a stop it starts anew", async () => {
  await using receiver = new Receiver();
  const endpoint = await receiver.listen();
  const first = start({ endpoint });
  expect(start()).toBe(first);
  await first.stop();
  const second = start({ endpoint });
  expect(second).not.toBe(first);
  await second.stop();
});

test("no global of OpenTelemetry's API is set", async () => {
  await using receiver = new Receiver();
  await using _holdup = start({ endpoint: await receiver.listen() });
  const globals = (globalThis as Record<symbol, unknown>)[Symbol.for("opentelemetry.js.api.1")] as
    | object
    | undefined;
  expect(
    Object.keys(globals ?? {}).filter((name) => ["trace", "metrics", "logs", "context"].includes(name)),
  ).toEqual([]);
});

test("an option that is unknown or makes no sense is told, also while it runs, and nothing is left of it", async () => {
  const bad = [
    { bogus: 1 },
    { metricIntervalMs: -5 },
    { maxSites: "x" },
    { serviceName: "" },
  ] as StartOptions[];
  const startBadly = () => {
    for (const options of bad) expect(() => start(options)).toThrow(SettingError);
  };

  startBadly();
  // Nobody is installed.
  observe(createObserver())[Symbol.dispose]();
  await using receiver = new Receiver();
  await using _holdup = start({ endpoint: await receiver.listen() });
  startBadly();
});

test("what was installed before something went wrong is taken out", async () => {
  await using receiver = new Receiver();
  const endpoint = await receiver.listen();
  const listeners = () => ["SIGUSR2", "SIGTERM", "SIGINT", "exit"].map((name) => process.listenerCount(name));
  const before = listeners();
  const refuse = (event: string | symbol) => {
    if (event === "SIGTERM") throw new Error("no more listeners");
  };
  process.on("newListener", refuse);
  try {
    expect(() => start({ endpoint, recordDir: "recordings" })).toThrow("no more listeners");
  } finally {
    process.off("newListener", refuse);
  }

  await expect.poll(listeners).toEqual(before);
  await using holdup = start({ endpoint });
  expect(holdup.observer.findings).toEqual([]);
});

test("beside an observer of the program's own it does not start, and does not disturb it", async () => {
  using _other = observe(createObserver());
  const before = process.listenerCount("SIGTERM");

  expect(() => start({ endpoint: "http://127.0.0.1:1" })).toThrow("an observer is installed already");
  expect(process.listenerCount("SIGTERM")).toBe(before);
});

test("the service is called as OTEL_RESOURCE_ATTRIBUTES say, if nobody else says it, and has its package's version", async () => {
  using _environment = new EnvironmentVariables({ OTEL_RESOURCE_ATTRIBUTES: "service.name=orders" });
  await using receiver = new Receiver();
  const endpoint = await receiver.listen();
  const runner = process.argv[1] ?? "";
  process.argv[1] = import.meta.filename;
  const holdup = start({ endpoint });
  process.argv[1] = runner;
  await new Lock("stock").run(() => {});
  await holdup.stop();

  expect(holdup.serviceName).toBe("orders");
  expect(receiver.resources.length).toBeGreaterThan(0);
  for (const resource of receiver.resources) {
    expect(values(resource)).toMatchObject({
      "service.name": "orders",
      "service.version": version,
    });
  }
});

test("a signal whose exporter is none is not sent; the others are", async () => {
  await using receiver = new Receiver();
  using _environment = new EnvironmentVariables({
    OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.listen(),
    OTEL_TRACES_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
  });
  const holdup = start({ snapshotIntervalMs: 10 });
  const lock = new Lock("inventory");
  await Promise.all([reserve(lock), reserve(lock)]);
  await holdup.stop();

  expect(receiver.points("holdup.wait.duration").length).toBeGreaterThan(0);
  expect(receiver.spans).toEqual([]);
  expect(receiver.records).toEqual([]);
});

test("where only metrics are not wanted they are still measured, and nobody gets them", async () => {
  await using receiver = new Receiver();
  using _environment = new EnvironmentVariables({
    OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.listen(),
    OTEL_METRICS_EXPORTER: "none",
  });
  const holdup = start({ metricIntervalMs: 10 });
  const lock = new Lock("inventory");
  await Promise.all([reserve(lock), reserve(lock)]);
  await holdup.stop();

  expect(receiver.metrics).toEqual([]);
  expect(receiver.spans.map(({ name }) => name)).toContain("wait inventory");
});

test("spans that only the program's SDK could send are dropped while it has none, with one warning", async () => {
  await using receiver = new Receiver();
  using _environment = new EnvironmentVariables({
    OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.listen(),
    OTEL_TRACES_EXPORTER: "zipkin",
  });
  const warnings: Error[] = [];
  const warned = (warning: Error) => void warnings.push(warning);
  process.on("warning", warned);
  const holdup = start();
  const lock = new Lock("inventory");
  for (let round = 0; round < 2; round++) {
    await Promise.all([reserve(lock), reserve(lock)]);
    await holdup.flush();
  }
  await holdup.stop();
  process.off("warning", warned);

  expect(receiver.spans).toEqual([]);
  expect(receiver.metrics.length).toBeGreaterThan(0);
  expect(warnings).toMatchObject([{ code: "HOLDUP_SPANS_NOT_SENT" }]);
  expect(warnings[0]?.message).toContain('OTEL_TRACES_EXPORTER is "zipkin"');
});

test("an operation that failed with an error says so: its span by its status, both it and its metrics by error.type", async () => {
  await using receiver = new Receiver();
  const holdup = start({ endpoint: await receiver.listen() });
  const next = async (): Promise<IteratorResult<number>> => {
    await sleep(5);
    throw new Error("the source is gone");
  };
  const source: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next }) };
  const all = async () => {
    for await (const row of observed(source, "rows")) expect(row).toBeUndefined();
  };
  await expect(all()).rejects.toThrow("the source is gone");
  const lock = new Lock("inventory");
  await Promise.all([reserve(lock), reserve(lock)]);
  await holdup.stop();

  const statusOf = (name: string) => receiver.spans.find((span) => span.name === name)?.status?.code;
  expect(statusOf("wait rows")).toBe("STATUS_CODE_ERROR");
  expect(statusOf("wait inventory")).not.toBe("STATUS_CODE_ERROR");
  const told = [
    ...receiver.spans.filter(({ name }) => name.startsWith("wait ")),
    ...receiver.points("holdup.wait.duration"),
    ...receiver.points("holdup.operations"),
  ].map(({ attributes }) => values(attributes));
  const errors = told.filter((attributes) => attributes["holdup.outcome"] === "error");
  expect(errors).toHaveLength(3);
  for (const attributes of told) {
    const isError = attributes["holdup.outcome"] === "error";
    expect(attributes["error.type"]).toBe(isError ? "_OTHER" : undefined);
  }
});
