import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { ObserverOptions } from "@holdup/observer";
import { libraryNames } from "./instrumentation/all-libraries.ts";
import type { EventLoopSettings } from "./event-loop.ts";
import type { RecordSettings } from "./flight-files.ts";

/** How a program is wired. Each option's environment variable is used where the option is not given. */
export interface StartOptions extends ObserverOptions {
  /**
   * What the service is called. `OTEL_SERVICE_NAME`. @default the name in the nearest package.json,
   * or else the name of the script
   */
  serviceName?: string | undefined;
  /**
   * Where the OTLP receiver listens; `/v1/traces`, `/v1/metrics` and `/v1/logs` are appended.
   * `OTEL_EXPORTER_OTLP_ENDPOINT` (or the standard ones for each signal). @default "http://localhost:4318"
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

/** The environment that settings are read from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a program is wired by, with everything filled in. */
export interface WireSettings {
  readonly serviceName: string;
  /** Undefined: the exporters read the standard variables, or use their default. */
  readonly endpoint: string | undefined;
  readonly metricIntervalMs: number;
  readonly snapshotIntervalMs: number;
  /** Undefined: nothing is recorded to files. */
  readonly record: RecordSettings | undefined;
  /** Names of libraries to wrap; undefined: nobody said. */
  readonly instrumentations: readonly string[] | undefined;
  readonly sdk: "app" | "own";
  /** Undefined: nothing is measured of the event loop. */
  readonly eventLoop: EventLoopSettings | undefined;
  readonly observer: ObserverOptions;
}

/** A setting that can't be used: one sentence that says which, what it is, and what it must be. */
export class SettingError extends Error {
  readonly code = "ERR_HOLDUP_SETTING";

  static {
    this.prototype.name = "SettingError";
  }
}

interface Variable {
  readonly description: string;
  read(value: string, name: string): unknown;
}

// Below, a busy machine alone would do it: the loop is looked at some times a second.
const leastBlockedMs = 200;

// Every HOLDUP_ variable there is; another one is a typing error that nobody should have to search for.
const variables: Readonly<Record<string, Variable>> = {
  HOLDUP_SPANS: { description: "all, contended or none", read: oneOf("all", "contended", "none") },
  HOLDUP_SPANS_PER_SECOND: { description: "a number, 0 or more", read: atLeast(0) },
  HOLDUP_SITES_PER_SECOND: { description: "a number, 0 or more", read: atLeast(0) },
  HOLDUP_MAX_PRIMITIVES: { description: "a number, 0 or more", read: atLeast(0) },
  HOLDUP_SNAPSHOT_INTERVAL: { description: "milliseconds, 10 or more", read: atLeast(10) },
  HOLDUP_FLIGHT_EVENTS: { description: "a number from 0 to 10000000", read: atLeast(0, 10_000_000) },
  HOLDUP_RECORD_DIR: { description: "a folder", read: (value) => value },
  HOLDUP_RECORD_P99_MS: { description: "milliseconds, 0 or more", read: atLeast(0) },
  HOLDUP_SDK: { description: "app or own", read: oneOf("app", "own") },
  HOLDUP_EVENT_LOOP: { description: "all, metrics or none", read: oneOf("all", "metrics", "none") },
  HOLDUP_BLOCKED_LOOP_MS: {
    description: `milliseconds, ${leastBlockedMs} or more`,
    read: atLeast(leastBlockedMs),
  },
  HOLDUP_ROOT: { description: "a folder", read: (value) => value },
  HOLDUP_TOKEN: { description: "a token, which only the command holdup reads", read: (value) => value },
  HOLDUP_INSTRUMENTATIONS: {
    description: `all, none, or names out of ${libraryNames.join(", ")}`,
    read: (value, name) =>
      checkedLibraries(value === "none" ? [] : value === "all" ? libraryNames : value.split(","), name),
  },
  HOLDUP_EXCLUDE: { description: "names, separated by commas", read: (value) => value.split(",") },
};

/** Reads options and environment. @throws SettingError for what is unknown or makes no sense */
export function settingsFrom(options: StartOptions, environment: Environment): WireSettings {
  const known = readVariables(environment);
  const from = <T>(given: T | undefined, variable: string): T | undefined =>
    given ?? (known.get(variable) as T | undefined);
  const {
    serviceName,
    endpoint,
    metricIntervalMs,
    snapshotIntervalMs,
    recordDir,
    recordP99Ms,
    instrumentations,
    sdk,
    eventLoop,
    blockedLoopMs,
    ...observer
  } = options;
  return {
    serviceName: serviceName ?? nonEmpty(environment["OTEL_SERVICE_NAME"]) ?? programName(),
    endpoint: endpoint === undefined ? undefined : checkedUrl("endpoint", endpoint),
    metricIntervalMs: metricIntervalMs ?? interval(environment),
    snapshotIntervalMs: from(snapshotIntervalMs, "HOLDUP_SNAPSHOT_INTERVAL") ?? 1000,
    record: recordSettings(from(recordDir, "HOLDUP_RECORD_DIR"), from(recordP99Ms, "HOLDUP_RECORD_P99_MS")),
    instrumentations: from(
      instrumentations && checkedLibraries(instrumentations, "instrumentations"),
      "HOLDUP_INSTRUMENTATIONS",
    ),
    sdk: from(sdk, "HOLDUP_SDK") ?? "app",
    eventLoop: eventLoopSettings(
      from(eventLoop, "HOLDUP_EVENT_LOOP") ?? "all",
      from(blockedLoopMs, "HOLDUP_BLOCKED_LOOP_MS") ?? 500,
    ),
    observer: {
      ...observer,
      flightEvents: from(observer.flightEvents, "HOLDUP_FLIGHT_EVENTS"),
      spans: from(observer.spans, "HOLDUP_SPANS"),
      spansPerSecond: from(observer.spansPerSecond, "HOLDUP_SPANS_PER_SECOND"),
      sitesPerSecond: from(observer.sitesPerSecond, "HOLDUP_SITES_PER_SECOND"),
      maxPrimitives: from(observer.maxPrimitives, "HOLDUP_MAX_PRIMITIVES"),
      root: from(observer.root, "HOLDUP_ROOT"),
      exclude: from(observer.exclude, "HOLDUP_EXCLUDE"),
    },
  };
}

function readVariables(environment: Environment): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith("HOLDUP_") || nonEmpty(value) === undefined) continue;
    const variable = variables[name];
    if (variable === undefined) {
      throw new SettingError(
        `${name} is not a setting of Holdup; there are ${Object.keys(variables).join(", ")}`,
      );
    }
    values.set(name, variable.read(value as string, name));
  }
  checkStandard(environment);
  return values;
}

function checkStandard(environment: Environment): void {
  for (const signal of ["", "TRACES_", "METRICS_", "LOGS_"]) {
    const name = `OTEL_EXPORTER_OTLP_${signal}ENDPOINT`;
    const value = nonEmpty(environment[name]);
    if (value !== undefined) checkedUrl(name, value);
  }
}

function interval(environment: Environment): number {
  const value = nonEmpty(environment["OTEL_METRIC_EXPORT_INTERVAL"]);
  return value === undefined
    ? 10_000
    : atLeast(10)(value, "OTEL_METRIC_EXPORT_INTERVAL", "milliseconds, 10 or more");
}

function oneOf(...allowed: string[]): Variable["read"] {
  return (value, name) => {
    if (allowed.includes(value)) return value;
    throw new SettingError(`${name} is "${value}"; it must be ${variables[name]?.description}`);
  };
}

function checkedLibraries(names: readonly string[], setting: string): readonly string[] {
  const trimmed = names.map((name) => name.trim());
  for (const name of trimmed) {
    if (libraryNames.includes(name)) continue;
    throw new SettingError(
      `${setting} has "${name}"; it must be ${variables["HOLDUP_INSTRUMENTATIONS"]?.description}`,
    );
  }
  return trimmed;
}

function recordSettings(dir: string | undefined, p99Ms: number | undefined): RecordSettings | undefined {
  if (dir === undefined) {
    if (p99Ms === undefined) return undefined;
    throw new SettingError("HOLDUP_RECORD_P99_MS needs HOLDUP_RECORD_DIR: the folder to write to");
  }
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new SettingError(`HOLDUP_RECORD_DIR is "${dir}"; it must be a folder`);
  }
  // Where the program goes later, it stays.
  return { dir: resolve(dir), p99Ms };
}

function eventLoopSettings(
  what: NonNullable<StartOptions["eventLoop"]>,
  blockedMs: number,
): EventLoopSettings | undefined {
  if (!(blockedMs >= leastBlockedMs)) {
    throw new SettingError(
      `blockedLoopMs is ${blockedMs}; it must be milliseconds, ${leastBlockedMs} or more`,
    );
  }
  return what === "none" ? undefined : { what, blockedMs };
}

function atLeast(
  least: number,
  most: number = Number.POSITIVE_INFINITY,
): (value: string, name: string, description?: string) => number {
  return (value, name, description = variables[name]?.description) => {
    const number = Number(value);
    if (number >= least && number <= most) return number;
    throw new SettingError(`${name} is "${value}"; it must be ${description}`);
  };
}

function checkedUrl(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return value;
  throw new SettingError(`${name} is "${value}"; it must be a URL like http://localhost:4318`);
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}

/** What the running program is called when nobody says. */
function programName(): string {
  const script = process.argv[1];
  if (script === undefined) return "node";
  // A runner of another's (ts-node, pm2) is not the program.
  const folder = /[\\/]node_modules[\\/]/.test(script) ? process.cwd() : dirname(script);
  return packageName(folder) ?? basename(script);
}

function packageName(folder: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: unknown };
    if (typeof name === "string") return name;
  } catch {
    // No package.json here, or none that can be read: look further up.
  }
  const above = dirname(folder);
  return above === folder ? undefined : packageName(above);
}
