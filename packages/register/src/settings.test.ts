import { resolve } from "node:path";
import { expect, test } from "vitest";
import { libraryNames } from "./instrumentation/all-libraries.ts";
import { SettingError } from "./setting-error.ts";
import { recordedSettings, settingsFrom } from "./settings.ts";

test("without settings there are defaults", () => {
  expect(settingsFrom({}, {})).toMatchObject({
    serviceName: undefined,
    endpoint: undefined,
    metricIntervalMs: 10_000,
    snapshotIntervalMs: 1000,
    sdk: "app",
  });
});

test("options win over the environment, the environment over defaults", () => {
  const environment = {
    HOLDUP_ENDPOINT: "http://holdup:4318",
    OTEL_METRIC_EXPORT_INTERVAL: "500",
    HOLDUP_SPANS: "none",
    HOLDUP_EXCLUDE: "a,b",
    HOLDUP_SITES_PER_SECOND: "7",
  };
  expect(settingsFrom({ serviceName: "mine", spans: "all" }, environment)).toMatchObject({
    serviceName: "mine",
    endpoint: "http://holdup:4318",
    routes: { logs: { url: "http://holdup:4318/v1/logs" } },
    metricIntervalMs: 500,
    observer: { spans: "all", exclude: ["a", "b"], sitesPerSecond: 7 },
  });
  expect(settingsFrom({ endpoint: "http://own:1" }, environment).endpoint).toBe("http://own:1");
});

test("a program that is recorded sends nothing by the standard variables, and is not refused by them", () => {
  const standard = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
  };
  const none = { kind: "none" };
  expect(recordedSettings({}, standard).routes).toEqual({ traces: none, metrics: none, logs: none });
  expect(recordedSettings({}, { ...standard, HOLDUP_ENDPOINT: "http://holdup:4318" }).routes).toMatchObject({
    metrics: { kind: "otlp", url: "http://holdup:4318/v1/metrics" },
  });
});

test("the event loop is watched unless somebody says otherwise", () => {
  expect(settingsFrom({}, {}).eventLoop).toEqual({ what: "all", blockedMs: 500 });
  expect(settingsFrom({ blockedLoopMs: 2000 }, { HOLDUP_EVENT_LOOP: "metrics" }).eventLoop).toEqual({
    what: "metrics",
    blockedMs: 2000,
  });
  expect(settingsFrom({ eventLoop: "none" }, {}).eventLoop).toBeUndefined();
});

test("an unknown or bad setting is one sentence that names it, its value and what it must be", () => {
  const bad: [Record<string, string>, string][] = [
    [{ HOLDUP_SPAM: "1" }, "HOLDUP_SPAM is not a setting of Holdup; there are HOLDUP_SPANS"],
    [{ HOLDUP_SPANS: "some" }, 'HOLDUP_SPANS is "some"; it must be all, contended or none'],
    [{ HOLDUP_MAX_PRIMITIVES: "-1" }, 'HOLDUP_MAX_PRIMITIVES is "-1"; it must be a number, 0 or more'],
    [
      { OTEL_METRIC_EXPORT_INTERVAL: "soon" },
      'OTEL_METRIC_EXPORT_INTERVAL is "soon"; it must be milliseconds',
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: "localhost" },
      'OTEL_EXPORTER_OTLP_ENDPOINT is "localhost"; it must be a URL',
    ],
    [
      { HOLDUP_FLIGHT_EVENTS: "1e9" },
      'HOLDUP_FLIGHT_EVENTS is "1e9"; it must be a number from 0 to 10000000',
    ],
    [
      { HOLDUP_RECORD_DIR: ".", HOLDUP_RECORD_P99_MS: "slow" },
      'HOLDUP_RECORD_P99_MS is "slow"; it must be milliseconds, 0 or more',
    ],
    [
      { HOLDUP_INSTRUMENTATIONS: "p-limit,p-limbo" },
      'HOLDUP_INSTRUMENTATIONS has "p-limbo"; it must be all, none, or names out of async-mutex, ',
    ],
    [{ HOLDUP_EVENT_LOOP: "off" }, 'HOLDUP_EVENT_LOOP is "off"; it must be all, metrics or none'],
    [
      { HOLDUP_BLOCKED_LOOP_MS: "50" },
      'HOLDUP_BLOCKED_LOOP_MS is "50"; it must be milliseconds, 200 or more',
    ],
    [
      { HOLDUP_SNAPSHOT_INTERVAL: "1e12" },
      'HOLDUP_SNAPSHOT_INTERVAL is "1e12"; it must be milliseconds from 10 to 2147483647',
    ],
    [{ HOLDUP_MAX_PRIMITIVES: " " }, 'HOLDUP_MAX_PRIMITIVES is " "; it must be a number'],
    [{ HOLDUP_ENDPOINT: "holdup:4318" }, 'HOLDUP_ENDPOINT is "holdup:4318"; it must be a URL'],
    [{ OTEL_METRICS_EXPORTER: "prometheus" }, 'OTEL_METRICS_EXPORTER is "prometheus", and Holdup knows only'],
    [{ HOLDUP_RECORD_P99_MS: "50" }, "HOLDUP_RECORD_P99_MS needs HOLDUP_RECORD_DIR"],
    [{ HOLDUP_RECORD_DIR: import.meta.filename }, 'settings.test.ts"; it must be a folder'],
  ];
  for (const [environment, sentence] of bad) {
    expect(() => settingsFrom({}, environment)).toThrow(sentence);
    expect(() => settingsFrom({}, environment)).toThrow(SettingError);
  }
  expect(() => settingsFrom({ blockedLoopMs: 50 }, {})).toThrow(
    "blockedLoopMs is 50; it must be milliseconds",
  );
  expect(() => settingsFrom({ endpoint: "ftp://x" }, {})).toThrow('endpoint is "ftp://x"');
  expect(() => settingsFrom({ instrumentations: ["left-pad"] }, {})).toThrow(
    'instrumentations has "left-pad"',
  );
});

test("recordings go to a folder, which need not be there yet", () => {
  const settings = settingsFrom(
    {},
    { HOLDUP_RECORD_DIR: "no/such/folder", HOLDUP_RECORD_P99_MS: "50", HOLDUP_FLIGHT_EVENTS: "100" },
  );
  expect(settings).toMatchObject({
    record: { dir: resolve("no/such/folder"), p99Ms: 50 },
    observer: { flightEvents: 100 },
  });
  expect(settingsFrom({}, {}).record).toBeUndefined();
});

test("libraries are wrapped by name: all of them, none, or those that are listed", () => {
  const read = (value: string) => settingsFrom({}, { HOLDUP_INSTRUMENTATIONS: value }).instrumentations;
  expect(read("all")).toEqual(libraryNames);
  expect(read("none")).toEqual([]);
  expect(read("p-limit, p-queue")).toEqual(["p-limit", "p-queue"]);
  expect(settingsFrom({}, {}).instrumentations).toBeUndefined();
  expect(settingsFrom({ instrumentations: ["p-limit"] }, { HOLDUP_INSTRUMENTATIONS: "all" })).toMatchObject({
    instrumentations: ["p-limit"],
  });
});

test("an empty variable is none", () => {
  expect(settingsFrom({}, { HOLDUP_SPANS: "", OTEL_METRIC_EXPORT_INTERVAL: "" })).toMatchObject({
    metricIntervalMs: 10_000,
  });
});
