import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { ObserverOptions } from "@holdup/observer";
import type { EventLoopSettings } from "./event-loop.ts";
import type { RecordSettings } from "./flight-files.ts";
import { routesFrom, type Routes } from "./routes.ts";
import { SettingError } from "./setting-error.ts";
import { checkOptions, requirements, type StartOptions } from "./start-options.ts";
import { givenNumber, readVariables, type Environment } from "./variables.ts";

/** What a program is wired by, with everything filled in. */
export interface WireSettings {
  /** Undefined: the environment says it, or the program is called as it is. */
  readonly serviceName: string | undefined;
  /** Undefined: the exporters read the standard variables, or use their default. */
  readonly endpoint: string | undefined;
  readonly routes: Routes;
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

/** The same for a program whose measurements are kept where it runs: nobody is sent any, unless `endpoint` says who. */
export function recordedSettings(options: StartOptions, environment: Environment): WireSettings {
  return settingsFrom(options, environment, nobody);
}

const nobody: Routes = { traces: { kind: "none" }, metrics: { kind: "none" }, logs: { kind: "none" } };

/**
 * Reads options and environment; `routes` are taken where Holdup has no endpoint of its own, in place of what the standard
 * variables say.
 *
 * @throws SettingError for what is unknown or makes no sense
 */
export function settingsFrom(options: StartOptions, environment: Environment, routes?: Routes): WireSettings {
  checkOptions(options);
  const known = readVariables(environment);
  const from = <T>(given: T | undefined, variable: string): T | undefined =>
    given ?? (known.get(variable) as T | undefined);
  const {
    serviceName,
    endpoint: ownEndpoint,
    metricIntervalMs,
    snapshotIntervalMs,
    recordDir,
    recordP99Ms,
    instrumentations,
    sdk: whose,
    eventLoop,
    blockedLoopMs,
    ...observer
  } = options;
  const endpoint = from(ownEndpoint, "HOLDUP_ENDPOINT");
  const sdk = from(whose, "HOLDUP_SDK") ?? "app";
  return {
    serviceName,
    endpoint,
    routes: (endpoint === undefined ? routes : undefined) ?? routesFrom({ endpoint, sdk }, environment),
    metricIntervalMs: metricIntervalMs ?? standardInterval(environment) ?? 10_000,
    snapshotIntervalMs: from(snapshotIntervalMs, "HOLDUP_SNAPSHOT_INTERVAL") ?? 1000,
    record: recordSettings(from(recordDir, "HOLDUP_RECORD_DIR"), from(recordP99Ms, "HOLDUP_RECORD_P99_MS")),
    instrumentations: from(instrumentations, "HOLDUP_INSTRUMENTATIONS"),
    sdk,
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

function standardInterval(environment: Environment): number | undefined {
  return givenNumber(environment, "OTEL_METRIC_EXPORT_INTERVAL", requirements.metricIntervalMs);
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
  return what === "none" ? undefined : { what, blockedMs };
}
