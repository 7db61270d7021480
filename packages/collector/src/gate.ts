/**
 * Who may speak to the collector. A page of a foreign site can reach a local port: by a name that it lets
 * point there (so the Host must be one of ours) or directly (so the Origin must be our own page).
 */

import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** The sentence with which a request is refused, or undefined if it may pass. */
export function refusal(
  request: Pick<IncomingMessage, "headers">,
  allowedHosts: readonly string[],
): string | undefined {
  const { host, origin } = request.headers;
  if (host === undefined || !hostAllowed(host, allowedHosts)) {
    return "This host name is not allowed; start the collector with it among its allowed hosts.";
  }
  if (origin !== undefined && !sameHost(origin, host)) {
    return "Requests from pages of another origin are not allowed.";
  }
  return undefined;
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
