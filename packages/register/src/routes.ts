import { check, receiverUrl, timerFrom } from "./requirement.ts";
import { SettingError } from "./setting-error.ts";
import { given, givenNumber, names, type Environment } from "./variables.ts";

/** How one signal leaves the program. */
export type Route =
  | OtlpRoute
  /** Nobody wants it. */
  | { readonly kind: "none" }
  /** Only through the program's own SDK, since Holdup can't do what `reason` says. */
  | { readonly kind: "app"; readonly reason: string };

/** By OTLP over HTTP, in protobuf. */
export interface OtlpRoute {
  readonly kind: "otlp";
  /** Undefined: the exporter reads the standard variables, or uses its default. */
  readonly url: string | undefined;
  /** A URL of who is to receive it. */
  readonly receiver: string;
  /** How long an export may take, retries included. */
  readonly timeoutMs: number;
}

export interface Routes {
  readonly traces: Route;
  readonly metrics: Route;
  readonly logs: Route;
}

interface RouteSettings {
  readonly endpoint: string | undefined;
  readonly sdk: "app" | "own";
}

// The standard ten seconds would hold up the program's end.
const defaultTimeoutMs = 3000;
const timeout = timerFrom(1);

const protocol = "http/protobuf";

/**
 * Reads OpenTelemetry's variables of exporters. With an endpoint of Holdup's own they are the matter of the program's SDK, but
 * for headers and timeouts; so are those of traces as long as the spans are to go through that.
 *
 * @throws SettingError for what Holdup can't do, or makes no sense
 */
export function routesFrom({ endpoint, sdk }: RouteSettings, environment: Environment): Routes {
  const route = (signal: keyof Routes): Route =>
    endpoint === undefined
      ? standardRoute(signal, sdk, environment)
      : ownRoute(endpoint, signal, environment);
  return { traces: route("traces"), metrics: route("metrics"), logs: route("logs") };
}

function ownRoute(endpoint: string, signal: keyof Routes, environment: Environment): OtlpRoute {
  const url = `${endpoint.replace(/\/$/, "")}/v1/${signal}`;
  return { kind: "otlp", url, receiver: endpoint, timeoutMs: timeoutOf(signal, environment) };
}

function standardRoute(signal: keyof Routes, sdk: RouteSettings["sdk"], environment: Environment): Route {
  const exporters = names((given(environment, exporterOf(signal)) ?? "otlp").toLowerCase());
  if (exporters.every((name) => name === "none")) return { kind: "none" };
  const reason = exporters.includes("otlp")
    ? foreignProtocol(signal, environment)
    : foreignExporter(signal, environment);
  if (reason !== undefined) {
    if (signal === "traces" && sdk === "app") return { kind: "app", reason };
    throw new SettingError(
      `${reason}: change it or, if the program's own SDK needs it, set HOLDUP_ENDPOINT to Holdup's receiver, such as http://localhost:4318`,
    );
  }
  const receiver = setting("ENDPOINT", signal, environment);
  if (receiver !== undefined) check(receiver.name, receiver.value, receiverUrl);
  return {
    kind: "otlp",
    url: undefined,
    receiver: receiver?.value ?? "http://localhost:4318",
    timeoutMs: timeoutOf(signal, environment),
  };
}

function exporterOf(signal: keyof Routes): string {
  return `OTEL_${signal.toUpperCase()}_EXPORTER`;
}

function foreignExporter(signal: keyof Routes, environment: Environment): string {
  const name = exporterOf(signal);
  return `${name} is "${environment[name]}", and Holdup knows only otlp and none`;
}

function foreignProtocol(signal: keyof Routes, environment: Environment): string | undefined {
  const set = setting("PROTOCOL", signal, environment);
  if (set === undefined || set.value.trim().toLowerCase() === protocol) return undefined;
  return `${set.name} is "${set.value}", and Holdup speaks only ${protocol}`;
}

function timeoutOf(signal: keyof Routes, environment: Environment): number {
  const set = setting("TIMEOUT", signal, environment);
  if (set === undefined) return defaultTimeoutMs;
  return givenNumber(environment, set.name, timeout) ?? defaultTimeoutMs;
}

// The variable of the signal goes before the one of all signals.
function setting(
  what: string,
  signal: keyof Routes,
  environment: Environment,
): { name: string; value: string } | undefined {
  for (const name of [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${what}`, `OTEL_EXPORTER_OTLP_${what}`]) {
    const value = given(environment, name);
    if (value !== undefined) return { name, value };
  }
  return undefined;
}
