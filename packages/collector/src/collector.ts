/** The composition root: all rooms, wired, behind one port. */

import { createServer, type Server } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import { Access, checkSecret, SecretError } from "./access.ts";
import { ClockSkews } from "./clock-skew.ts";
import { CurrentState } from "./current.ts";
import { Coverage } from "./coverage.ts";
import { EventLoops } from "./event-loops.ts";
import { FindingBook } from "./finding-book.ts";
import { Front } from "./front.ts";
import { httpApp } from "./http.ts";
import { InFlight } from "./in-flight.ts";
import { Ingest } from "./ingest.ts";
import { Live } from "./live.ts";
import { createLog, type Log, type LogLevel } from "./log.ts";
import { closed, listen, maxConnections, reachable, serverLimits } from "./listener.ts";
import { isLoopback } from "./loopback.ts";
import { MemoryStore } from "./memory-store.ts";
import { checkNodeVersion } from "./node-version-error.ts";
import { OtlpReceiver } from "./otlp.ts";
import { OtlpKeys } from "./otlp-keys.ts";
import { Overview } from "./overview.ts";
import { Peers, type PeerOptions } from "./peers.ts";
import { Pending } from "./pending.ts";
import { Profiles } from "./profiles.ts";
import { ProfileShelf } from "./profile-shelf.ts";
import { Prometheus } from "./prometheus.ts";
import { Readiness } from "./readiness.ts";
import { SeriesBoard } from "./series.ts";
import { Status } from "./status.ts";
import type { Store } from "./store.ts";
import { Tally } from "./tally.ts";
import { timedStore } from "./timed-store.ts";

export interface CollectorOptions {
  /**
   * The address to listen on. Any other than the loopback lets the whole network in, so it needs `token` and
   * `otlpKeys`. @default "127.0.0.1", and ::1 as well where there is one
   */
  readonly host?: string | undefined;
  /** The port to listen on; 0: any free one. @default 4318 */
  readonly port?: number | undefined;
  /** How often viewers, and other collectors, get what changed, in milliseconds. @default 250 */
  readonly tickMs?: number | undefined;
  /** How large the body of an OTLP request may be, compressed and decompressed, in bytes. @default 16_777_216 */
  readonly maxBodyBytes?: number | undefined;
  /** How much of all requests together may be in memory, in bytes; more is asked to come again. @default 134_217_728 */
  readonly maxPendingBytes?: number | undefined;
  /**
   * How much memory who waits and who holds right now may take, in bytes; see `CurrentOptions`.
   * @default a sixteenth of the heap's limit
   */
  readonly maxCurrentBytes?: number | undefined;
  /** How long a client may take to send its headers, in milliseconds. @default 10_000 */
  readonly headersTimeoutMs?: number | undefined;
  /** How long a client may take to send a whole request, in milliseconds. @default 30_000 */
  readonly requestTimeoutMs?: number | undefined;
  /** How long `close` waits for requests in flight, in milliseconds. @default 5_000 */
  readonly drainMs?: number | undefined;
  /** What whoever looks has to know, 16 characters or more. @default nothing: who reaches the collector may look */
  readonly token?: string | undefined;
  /** What whoever sends has to know, one of them, 16 characters or more. @default [] who reaches it may send */
  readonly otlpKeys?: readonly string[] | undefined;
  /** Origins whose pages may send telemetry, as `https://shop.example`. @default [] */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Names, besides localhost and IP addresses, under which the collector may be reached. @default [] */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Where history is kept; closed with the collector. @default a new MemoryStore */
  readonly store?: Store | undefined;
  /**
   * Where the collectors of one store tell each other what is new, so that viewers of any see all, as
   * `redis://host:6379`. @default nowhere: this is the only one
   */
  readonly redis?: string | undefined;
  /** Where profiles that are sent are kept. @default nowhere: the newest 64 MiB, until the collector ends */
  readonly profilesFolder?: string | undefined;
  /** Where the built dashboard lies. @default the package's own `public` folder */
  readonly publicFolder?: string | undefined;
  /** How much is logged, as JSON lines on standard error. @default "warn" */
  readonly logLevel?: LogLevel | undefined;
  /** Told of everything that went wrong inside the collector and that no client can help. @default logs it */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Unix ms of now. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** A running collector; `await using collector = await startCollector()` closes it at the end of the block. */
export interface Collector extends AsyncDisposable {
  /** Where the dashboard and OTLP are, as `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly port: number;
  /** Where a person logs in, once; the same as `url` if no token is asked for. */
  readonly loginUrl: string;
  /** Takes nothing new, waits for what is in flight, stops listening, ends all connections and resolves when they are gone. */
  close(): Promise<void>;
}

export const defaultHost = "127.0.0.1";
export const defaultPort = 4318;
export const defaultTickMs = 250;
export const defaultMaxBodyBytes: number = 16 * 1024 * 1024;
export const defaultMaxPendingBytes: number = 128 * 1024 * 1024;
export const defaultDrainMs = 5_000;

/**
 * Starts a collector and resolves when it listens. Rejects with a PortTakenError, a NodeVersionError or a
 * SecretError.
 *
 * @example
 * ```ts
 * await using collector = await startCollector({ port: 0 });
 * console.log(collector.url);
 * ```
 */
export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  checkNodeVersion(process.version);
  checkSecrets(options);
  const now = options.now ?? Date.now;
  const log = createLog(options.logLevel ?? "warn");
  const onError =
    options.onError ?? ((error: unknown) => log.error({ err: error }, "the collector failed in one thing"));
  const kept = options.store ?? new MemoryStore({ now });
  const store = timedStore(kept, (...told) => prometheus.observeStore(...told));
  const status = new Status(now());
  const tickMs = options.tickMs ?? defaultTickMs;
  const { maxCurrentBytes: maxBytes } = options;
  const peers = await joinPeers(options.redis, { tickMs, now, maxCurrentBytes: maxBytes, onError }, status);
  const series = peers?.rooms.series ?? new SeriesBoard(now);
  const findings = peers?.rooms.findings ?? new FindingBook();
  await findings.recall(kept, now()).catch(onError);
  const pending = new Pending({ maxBytes: options.maxPendingBytes ?? defaultMaxPendingBytes, now });
  const counts = { coverage: new Coverage(), status, tally: new Tally(), clocks: new ClockSkews(), pending };
  const rooms = {
    store,
    current: peers?.rooms.current ?? new CurrentState(now, { maxBytes }),
    series,
    findings,
    eventLoops: new EventLoops(now),
    ...counts,
  };
  const overview = new Overview(rooms);
  const prometheus = new Prometheus({ ...rooms, dropped: () => overview.dropped() });
  const readiness = new Readiness(store);
  const access = new Access(options.token);
  const inFlight = new InFlight();
  const { publicFolder, maxBodyBytes = defaultMaxBodyBytes } = options;
  const otlp = new OtlpReceiver(new Ingest(rooms, now), status, {
    maxBodyBytes,
    keys: new OtlpKeys(options.otlpKeys ?? []),
    pending,
    readiness,
    now,
    log,
    onError,
  });
  const shelf = new ProfileShelf({ folder: options.profilesFolder });
  const profiles = new Profiles({ store, shelf, pending, maxBodyBytes, now });
  const app = httpApp(
    { overview, store, access, readiness, prometheus, profiles },
    { now, onError, publicFolder },
  );
  const allowed = { hosts: options.allowedHosts ?? [], origins: options.allowedOrigins ?? [] };
  const front = new Front({ allowed, access, inFlight, otlp, app });

  const server = createServer(serverLimits(options), (request, response) => front.handle(request, response));
  server.maxConnections = maxConnections;
  server.on("upgrade", (request, socket) => front.upgrade(request, socket));
  const other = await listen(server, options.host, options.port ?? defaultPort).catch(
    async (error: unknown) => {
      await peers?.close();
      throw error;
    },
  );
  const live = new Live(server, { overview, series, findings, now }, status, {
    tickMs,
    refusal: (request) => front.refusesViewer(request),
    onError,
  });
  const drainMs = options.drainMs ?? defaultDrainMs;
  return collector({ server, other, live, peers, store, readiness, inFlight, access, log, drainMs });
}

async function joinPeers(
  redis: string | undefined,
  options: Omit<PeerOptions, "onDrop">,
  status: Status,
): Promise<Peers | undefined> {
  if (redis === undefined) return undefined;
  const onDrop = (times: number): void => status.drop("live news for other collectors", times);
  return Peers.join(redis, { ...options, onDrop });
}

// Whoever lets the network in asks everyone who they are.
function checkSecrets({ host = defaultHost, token, otlpKeys = [] }: CollectorOptions): void {
  if (token !== undefined) checkSecret("The token", token);
  for (const key of otlpKeys) checkSecret("The OTLP key", key);
  if (isLoopback(host) || (token !== undefined && otlpKeys.length > 0)) return;
  throw new SecretError(
    `Listening on ${host} lets the network in; give a token and an OTLP key, or no host.`,
  );
}

interface Parts {
  readonly server: Server;
  readonly other: NetServer | undefined;
  readonly live: Live;
  readonly peers: Peers | undefined;
  readonly store: Store;
  readonly readiness: Readiness;
  readonly inFlight: InFlight;
  readonly access: Access;
  readonly log: Log;
  readonly drainMs: number;
}

function collector(parts: Parts): Collector {
  const address = parts.server.address() as AddressInfo;
  const { port } = address;
  const url = `http://${reachable(address)}:${port}`;
  parts.log.info({ url }, "listening");
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= shutDown(parts));
  return {
    url,
    port,
    loginUrl: url + (parts.access.loginPath ?? ""),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function shutDown({
  server,
  other,
  live,
  peers,
  store,
  readiness,
  inFlight,
  log,
  drainMs,
}: Parts): Promise<void> {
  readiness.stopping = true;
  log.info("stopping: takes nothing new");
  await inFlight.idle(drainMs);
  const stopped = Promise.all([server, ...(other === undefined ? [] : [other])].map(closed));
  const left = live.close();
  server.closeAllConnections();
  await Promise.all([stopped, left]);
  await peers?.close();
  await store.close();
  log.info("stopped");
}
