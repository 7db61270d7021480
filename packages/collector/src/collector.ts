/** The composition root: all rooms, wired, behind one port. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { CurrentState } from "./current.ts";
import { Coverage } from "./coverage.ts";
import { Cumulative } from "./cumulative.ts";
import { FindingBook } from "./finding-book.ts";
import { refusal } from "./gate.ts";
import { httpApp } from "./http.ts";
import { Ingest } from "./ingest.ts";
import { Live } from "./live.ts";
import { MemoryStore } from "./memory-store.ts";
import { checkNodeVersion } from "./node-version-error.ts";
import { OtlpReceiver } from "./otlp.ts";
import { Overview } from "./overview.ts";
import { PortTakenError } from "./port-taken-error.ts";
import { SeriesBoard } from "./series.ts";
import { Status } from "./status.ts";
import type { Store } from "./store.ts";

export interface CollectorOptions {
  /** The address to listen on. Any other than the loopback lets the whole network in. @default "127.0.0.1" */
  readonly host?: string | undefined;
  /** The port to listen on; 0: any free one. @default 4318 */
  readonly port?: number | undefined;
  /** How often viewers get what changed, in milliseconds. @default 250 */
  readonly tickMs?: number | undefined;
  /** How large the body of an OTLP request may be, compressed and decompressed, in bytes. @default 16_777_216 */
  readonly maxBodyBytes?: number | undefined;
  /** Names, besides localhost and IP addresses, under which the collector may be reached. @default [] */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Where history is kept; closed with the collector. @default a new MemoryStore */
  readonly store?: Store | undefined;
  /** Where the built dashboard lies. @default the package's own `public` folder */
  readonly publicFolder?: string | undefined;
  /** Told of everything that went wrong inside the collector and that no client can help. @default console.error */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Unix ms of now. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** A running collector; `await using collector = await startCollector()` closes it at the end of the block. */
export interface Collector extends AsyncDisposable {
  /** Where the dashboard and OTLP are, as `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly port: number;
  /** Stops listening, ends all connections and resolves when they are gone. */
  close(): Promise<void>;
}

export const defaultHost = "127.0.0.1";
export const defaultPort = 4318;
export const defaultTickMs = 250;
export const defaultMaxBodyBytes: number = 16 * 1024 * 1024;

/**
 * Starts a collector and resolves when it listens. Rejects with a PortTakenError or a NodeVersionError.
 *
 * @example
 * ```ts
 * await using collector = await startCollector({ port: 0 });
 * console.log(collector.url);
 * ```
 */
export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  checkNodeVersion(process.version);
  const now = options.now ?? Date.now;
  const onError = options.onError ?? ((error: unknown) => console.error(error));
  const store = options.store ?? new MemoryStore({ now });
  const status = new Status(now());
  const series = new SeriesBoard(now);
  const counts = { streams: new Cumulative(), coverage: new Coverage(), status };
  const findings = new FindingBook();
  const rooms = { store, current: new CurrentState(now), series, findings, ...counts };
  const overview = new Overview(rooms);
  const maxBodyBytes = options.maxBodyBytes ?? defaultMaxBodyBytes;
  const otlp = new OtlpReceiver(new Ingest(rooms, now), status, { maxBodyBytes, now, onError });
  const app = httpApp(overview, store, { now, onError, publicFolder: options.publicFolder });
  const refuses = (request: IncomingMessage): string | undefined =>
    refusal(request, options.allowedHosts ?? []);

  const server = createServer(serverLimits, (request, response) => {
    const reason = refuses(request);
    const [path = ""] = (request.url ?? "").split("?");
    if (reason !== undefined) forbid(response, reason);
    else if (OtlpReceiver.owns(path)) void otlp.handle(request, response, path);
    else app(request, response);
  });
  server.maxConnections = maxConnections;
  server.on("upgrade", (request, socket) => {
    const reason = refuses(request);
    if (reason !== undefined) forbidUpgrade(socket, reason);
  });
  await listen(server, options.host ?? defaultHost, options.port ?? defaultPort);
  const live = new Live(server, { overview, series, findings, now }, status, {
    tickMs: options.tickMs ?? defaultTickMs,
    refusal: refuses,
    onError,
  });
  return collector(server, live, store);
}

const serverLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
};
const maxConnections = 1_000;

function collector(server: Server, live: Live, store: Store): Collector {
  const { port, address, family } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= shutDown(server, live, store));
  return {
    url: `http://${reachable(address, family)}:${port}`,
    port,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function shutDown(server: Server, live: Live, store: Store): Promise<void> {
  const stopped = new Promise((resolve) => {
    server.close(resolve);
  });
  const left = live.close();
  server.closeAllConnections();
  await Promise.all([stopped, left]);
  await store.close();
}

// One that listens on all addresses is reached at the loopback.
function reachable(address: string, family: string): string {
  if (family === "IPv6") return address === "::" ? "[::1]" : `[${address}]`;
  return address === "0.0.0.0" ? "127.0.0.1" : address;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new PortTakenError(port, { cause: error }) : error);
    });
    server.listen(port, host, resolve);
  });
}

function forbid(response: ServerResponse, reason: string): void {
  response.writeHead(403, { "Content-Type": "text/plain", Connection: "close" });
  response.end(reason);
}

function forbidUpgrade(socket: Duplex, reason: string): void {
  // Whoever is refused may hang up first.
  socket.on("error", () => {});
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${reason.length}\r\n\r\n${reason}`,
  );
}
