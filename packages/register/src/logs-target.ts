import type { Environment } from "./variables.ts";

/** Where log records go by OTLP over HTTP, and with which headers. */
export interface LogsTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads it as OpenTelemetry's exporters do, for a thread that does not load them. */
export function logsTarget(endpoint: string | undefined, environment: Environment): LogsTarget {
  return {
    url: endpoint === undefined ? standardUrl(environment) : under(endpoint),
    headers: {
      ...headersIn(environment["OTEL_EXPORTER_OTLP_HEADERS"]),
      ...headersIn(environment["OTEL_EXPORTER_OTLP_LOGS_HEADERS"]),
    },
  };
}

// The one for logs is used as it is, the one for all is a folder.
function standardUrl(environment: Environment): string {
  const own = environment["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"] ?? "";
  if (own !== "") return own;
  return under(environment["OTEL_EXPORTER_OTLP_ENDPOINT"] || "http://localhost:4318");
}

function under(endpoint: string): string {
  return `${endpoint.replace(/\/$/, "")}/v1/logs`;
}

// As W3C baggage: `name=value,name=value`, percent-encoded.
function headersIn(text: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of (text ?? "").split(",")) {
    const at = pair.indexOf("=");
    const name = decoded(pair.slice(0, Math.max(0, at)));
    const value = decoded(pair.slice(at + 1).split(";")[0] ?? "");
    if (isToken(name) && isPlain(value)) headers[name] = value;
  }
  return headers;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return text.trim();
  }
}

// Anything else no request can carry.
const isToken = (name: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(name);
const isPlain = (value: string): boolean => /^[\t\u0020-\u007E]*$/.test(value);
