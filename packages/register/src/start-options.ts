import type { ObserverOptions } from "@holdup/observer";
import { libraryNames } from "./instrumentation/all-libraries.ts";
import {
  check,
  folder,
  listOf,
  numberFrom,
  oneOf,
  receiverUrl,
  shown,
  text,
  timerFrom,
  trueOrFalse,
  type Requirement,
} from "./requirement.ts";
import { SettingError } from "./setting-error.ts";

/** How a program is wired. Each option's environment variable is used where the option is not given. */
export interface StartOptions extends ObserverOptions {
  /**
   * What the service is called. `OTEL_SERVICE_NAME`, or `service.name` in `OTEL_RESOURCE_ATTRIBUTES`. @default the name in
   * the nearest package.json, or else the name of the script
   */
  serviceName?: string | undefined;
  /**
   * Where the OTLP receiver listens; `/v1/traces`, `/v1/metrics` and `/v1/logs` are appended, and all of them are sent there,
   * whatever the standard variables say of the exporters of the program's own SDK. `HOLDUP_ENDPOINT`. @default what
   * the standard variables say (`OTEL_EXPORTER_OTLP_ENDPOINT`), or else "http://localhost:4318"
   */
  endpoint?: string | undefined;
  /** Milliseconds between two exports of metrics. `OTEL_METRIC_EXPORT_INTERVAL`. @default 10000 */
  metricIntervalMs?: number | undefined;
  /**
   * Milliseconds between two looks at who holds and who waits; one is sent if anyone waits.
   * `HOLDUP_SNAPSHOT_INTERVAL`. @default 1000
   */
  snapshotIntervalMs?: number | undefined;
  /**
   * The folder to which the last 30 seconds are written, for ui.perfetto.dev: at SIGUSR2, and at every finding that is an
   * error (no two within a minute, ten at most). Makes the program listen to SIGUSR2, which would else end it.
   * `HOLDUP_RECORD_DIR`. @default nothing is written
   */
  recordDir?: string | undefined;
  /**
   * Milliseconds; they are also written when the p99 of a primitive's waits, from one export of metrics to the next, is
   * above. `HOLDUP_RECORD_P99_MS`. @default not looked at
   */
  recordP99Ms?: number | undefined;
  /**
   * Libraries whose locks, limiters and pools are shown without touching them, as `p-limit` or `pg-pool`; those that the
   * program has loaded before are not. `HOLDUP_INSTRUMENTATIONS`, which may also be `all` or `none`. @default all of
   * them where Holdup is loaded by `--import`, or else none
   */
  instrumentations?: readonly string[] | undefined;
  /**
   * Whose OpenTelemetry SDK the spans go through: the program's own, once it has registered one (its sampler, processors
   * and exporters then apply, and everything is sent as the program that it says it is), or always Holdup's. `HOLDUP_SDK`.
   * @default "app"
   */
  sdk?: "app" | "own" | undefined;
  /**
   * What is measured of the event loop: all (its delay and use, garbage collection, memory; and what blocks it, which a
   * thread of its own looks at), only metrics, or none. `HOLDUP_EVENT_LOOP`. @default "all"
   */
  eventLoop?: "all" | "metrics" | "none" | undefined;
  /**
   * Milliseconds; an event loop that is blocked for so long is told of at once, with the line that blocks it. At least 200.
   * `HOLDUP_BLOCKED_LOOP_MS`. @default 500
   */
  blockedLoopMs?: number | undefined;
}

// Below, a busy machine alone would do it: the loop is looked at some times a second.
const leastBlockedMs = 200;

const milliseconds = numberFrom(0, undefined, "milliseconds");
const amount = numberFrom(0);

/** What each option must be. */
export const requirements: { readonly [Name in keyof Required<StartOptions>]: Requirement } = {
  serviceName: text("a name that is not empty"),
  endpoint: receiverUrl,
  metricIntervalMs: timerFrom(10),
  snapshotIntervalMs: timerFrom(10),
  recordDir: folder,
  recordP99Ms: milliseconds,
  instrumentations: listOf(`a list of names out of ${libraryNames.join(", ")}`, (name) =>
    libraryNames.includes(name as string),
  ),
  sdk: oneOf("app", "own"),
  eventLoop: oneOf("all", "metrics", "none"),
  blockedLoopMs: numberFrom(leastBlockedMs, undefined, "milliseconds"),
  spans: oneOf("all", "contended", "none"),
  spanThresholdMs: milliseconds,
  spansPerSecond: amount,
  followParent: trueOrFalse,
  maxSpans: amount,
  sitesPerSecond: amount,
  maxSites: amount,
  maxPrimitives: amount,
  flightEvents: numberFrom(0, 10_000_000),
  root: folder,
  exclude: listOf(
    "a list of names and regular expressions",
    (name) => typeof name === "string" || name instanceof RegExp,
  ),
};

/** @throws SettingError for an option that is unknown or makes no sense */
export function checkOptions(options: unknown): void {
  if (typeof options !== "object" || options === null) {
    throw new SettingError(`the options of start() are ${shown(options)}; they must be an object`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(requirements, name)) {
      throw new SettingError(
        `${name} is not an option of start(); there are ${Object.keys(requirements).join(", ")}`,
      );
    }
    if (value !== undefined) check(name, value, requirements[name as keyof StartOptions]);
  }
}
