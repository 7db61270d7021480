/**
 * Who may speak to the collector. A page of a foreign site can reach a local port: by a name that it lets
 * point there (so the Host must be one of ours) or directly (so the Origin must be our own page).
 */

import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** Whom the gate lets through besides those on this machine. */
export interface Allowed {
  /** Names, besides localhost and IP addresses, under which the collector may be reached. */
  readonly hosts: readonly string[];
  /** Origins whose pages may send telemetry. */
  readonly origins: readonly string[];
}

/** What of a request tells where it comes from. */
export type Approach = Pick<IncomingMessage, "headers" | "method" | "url">;

/** The sentence with which a request is refused, or undefined if it may pass. */
export function refusal(request: Approach, allowed: Allowed): string | undefined {
  const { host } = request.headers;
  if (host === undefined || !hostAllowed(host, allowed.hosts)) {
    return "This host name is not allowed; start the collector with it among its allowed hosts.";
  }
  if (isForeign(request, host) && !mayPass(request, allowed.origins)) {
    return "Requests from pages of another origin are not allowed.";
  }
  return undefined;
}

// A page that leaves out its origin may still not change anything; browsers say what kind of page it is.
function isForeign({ headers, method = "GET" }: Approach, host: string): boolean {
  const { origin } = headers;
  if (origin !== undefined) return !sameHost(origin, host);
  const reads = method === "GET" || method === "HEAD";
  return !reads && ["cross-site", "same-site"].includes(String(headers["sec-fetch-site"]));
}

function mayPass({ headers, url = "" }: Approach, origins: readonly string[]): boolean {
  return url.startsWith("/v1/") && headers.origin !== undefined && origins.includes(headers.origin);
}

function hostAllowed(host: string, allowedHosts: readonly string[]): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  const local = name === "localhost" || name.endsWith(".localhost") || isIP(name) !== 0;
  return local || allowedHosts.some((allowed) => allowed.toLowerCase() === name);
}

// The name without its port, and without brackets if it is an IPv6 address.
function hostName(host: string): string | undefined {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

function sameHost(origin: string, host: string): boolean {
  const from = parse(origin);
  // The scheme's default port may be written or not.
  return from !== undefined && from.host !== "" && from.host === parse(`${from.protocol}//${host}`)?.host;
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
