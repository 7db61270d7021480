/** Where the collector listens, and how patiently. */

import type { Server } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import { listenOnIpv6 } from "./loopback.ts";
import { PortTakenError } from "./port-taken-error.ts";

/** How long clients may take to send something, in milliseconds. */
export interface Patience {
  readonly headersTimeoutMs?: number | undefined;
  readonly requestTimeoutMs?: number | undefined;
}

/** What node:http is started with, so that nobody who sends slowly keeps anyone else out. */
export function serverLimits({
  headersTimeoutMs = 10_000,
  requestTimeoutMs = 30_000,
}: Patience): Readonly<Record<string, number>> {
  return {
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 60_000,
    connectionsCheckingInterval: Math.min(5_000, headersTimeoutMs / 2, requestTimeoutMs / 2),
    maxHeaderSize: 16 * 1024,
  };
}

/** All together; each costs memory and a file. */
export const maxConnections = 1_000;

/** Resolves when the server has let go of its port and all its connections have ended. */
export function closed(server: NetServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/** How the address is written in a URL. One that listens on all of them is reached at the loopback. */
export function reachable({ address, family }: AddressInfo): string {
  if (family === "IPv6") return address === "::" ? "[::1]" : `[${address}]`;
  return address === "0.0.0.0" ? "127.0.0.1" : address;
}

/**
 * Listens on that address, without one on both of the loopback's; resolves with the listener on the second. Rejects
 * with a PortTakenError.
 */
export async function listen(
  server: Server,
  host: string | undefined,
  port: number,
): Promise<NetServer | undefined> {
  await listenOn(server, host ?? "127.0.0.1", port);
  if (host !== undefined) return undefined;
  try {
    return await listenOnIpv6(server, (server.address() as AddressInfo).port);
  } catch (error) {
    if (port === 0) return undefined;
    await closed(server);
    throw new PortTakenError(port, { cause: error });
  }
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new PortTakenError(port, { cause: error }) : error);
    });
    server.listen(port, host, resolve);
  });
}
