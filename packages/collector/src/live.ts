/**
 * The live socket: a viewer subscribes, gets one snapshot and then, on a tick, what changed. Ingest never waits
 * for a viewer; one that can't keep up misses changes, sees the gap in their numbers and subscribes again.
 */

import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { PackedChanges, ServerMessages, Subscription, ViewerMessages } from "@holdup/protocol";
import { Server, type Socket } from "socket.io";
import { maxTextLength } from "./attributes.ts";
import { LiveView, type LiveSources } from "./live-view.ts";
import type { Status } from "./status.ts";

export interface LiveOptions {
  /** How often viewers get what changed, in milliseconds. */
  readonly tickMs: number;
  /** The sentence with which a handshake is refused, or undefined. */
  readonly refusal: (request: IncomingMessage) => string | undefined;
  readonly onError: (error: unknown) => void;
}

/** More viewers than one person has windows; each costs memory and time on every tick. */
const maxViewers = 64;
/** Who misses more findings than these gets a snapshot, which holds the newest, instead. */
const maxFindings = 50;
/** No service has a longer name; see `attributes.ts`. */
const maxServiceLength = maxTextLength;

type ViewerSocket = Socket<ViewerMessages, ServerMessages>;

interface Viewer {
  readonly socket: ViewerSocket;
  view: LiveView;
  /** A snapshot is owed; changes wait until it is sent. */
  owed: boolean;
  /** Changes were skipped; without further ones it has to be told. */
  behind: boolean;
  /** Up to which revision it has been told of findings. */
  findings: number;
}

export class Live {
  readonly #io: Server<ViewerMessages, ServerMessages>;
  readonly #sources: LiveSources;
  readonly #status: Status;
  readonly #views = new Map<string | undefined, LiveView>();
  readonly #viewers = new Map<string, Viewer>();
  readonly #timer: NodeJS.Timeout;
  readonly #onError: (error: unknown) => void;
  #ticking: Promise<void> | undefined;

  constructor(
    http: HttpServer,
    sources: LiveSources,
    status: Status,
    { tickMs, refusal, onError }: LiveOptions,
  ) {
    this.#sources = sources;
    this.#status = status;
    this.#onError = onError;
    this.#io = new Server(http, {
      serveClient: false,
      maxHttpBufferSize: 64 * 1024,
      connectTimeout: 5_000,
      allowRequest: (request, answer) => {
        const reason = refusal(request) ?? this.#tooMany();
        answer(reason, reason === undefined);
      },
    });
    this.#io.on("connection", (socket) => this.#welcome(socket));
    sources.findings.listen(() => this.#tellFindings());
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** Ends all connections, and with them the HTTP server that they came through. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#io.close();
    await this.#ticking;
  }

  #tooMany(): string | undefined {
    return this.#io.engine.clientsCount >= maxViewers ? "Too many viewers are connected." : undefined;
  }

  #welcome(socket: ViewerSocket): void {
    this.#status.viewers++;
    socket.on("subscribe", (subscription: unknown, answer?: unknown) => {
      const problem = problemOf(subscription);
      if (typeof answer === "function") answer(problem === undefined ? {} : { error: problem });
      if (problem === undefined) this.#subscribe(socket, subscription as Subscription);
    });
    socket.on("disconnect", () => {
      this.#status.viewers--;
      this.#viewers.delete(socket.id);
      this.#closeUnwatched();
    });
  }

  #subscribe(socket: ViewerSocket, { service }: Subscription): void {
    const view = this.#views.get(service) ?? new LiveView(this.#sources, service);
    this.#views.set(service, view);
    this.#viewers.set(socket.id, { socket, view, owed: true, behind: false, findings: 0 });
    this.#closeUnwatched();
    this.#tick();
  }

  #closeUnwatched(): void {
    const watched = new Set([...this.#viewers.values()].map(({ view }) => view));
    for (const [service, view] of this.#views) if (!watched.has(view)) this.#views.delete(service);
  }

  // One at a time: if the store takes longer than a tick, the next one brings more.
  #tick(): void {
    if (this.#viewers.size === 0 || this.#ticking !== undefined) return;
    this.#ticking = this.#refresh()
      .catch(this.#onError)
      .finally(() => {
        this.#ticking = undefined;
      });
  }

  async #refresh(): Promise<void> {
    for (const view of this.#views.values()) {
      const owed = [...this.#viewers.values()].some((viewer) => viewer.view === view && viewer.owed);
      const changes = await view.refresh(owed);
      for (const viewer of this.#viewers.values()) {
        if (viewer.view === view) bring(viewer, changes, this.#sources.findings.revision);
      }
    }
    // Those who were busy when they came.
    this.#tellFindings();
  }

  #tellFindings(): void {
    for (const viewer of this.#viewers.values()) tellFindings(viewer, this.#sources.findings.revision);
  }
}

function bring(viewer: Viewer, changes: PackedChanges | undefined, findings: number): void {
  if (busy(viewer.socket)) {
    if (changes !== undefined) viewer.behind = true;
    return;
  }
  const news = changes ?? (viewer.behind ? viewer.view.nothingNew() : undefined);
  if (viewer.owed) {
    viewer.socket.emit("snapshot", viewer.view.snapshot());
    viewer.findings = findings;
  } else if (news !== undefined) viewer.socket.emit("changes", news);
  viewer.owed = false;
  viewer.behind = false;
}

// Whoever is owed a snapshot gets them with it, whoever is busy later; each is sent as it is by then.
function tellFindings(viewer: Viewer, revision: number): void {
  if (viewer.findings === revision || viewer.owed || busy(viewer.socket)) return;
  const news = viewer.view.findingsSince(viewer.findings);
  viewer.findings = revision;
  if (news.length > maxFindings) viewer.owed = true;
  else for (const finding of news) viewer.socket.emit("finding", finding);
}

// What was sent before has not left yet. What is skipped now is what keeps memory bounded.
function busy({ conn }: ViewerSocket): boolean {
  return !conn.transport.writable;
}

function problemOf(subscription: unknown): string | undefined {
  if (typeof subscription !== "object" || subscription === null) return "A subscription is an object.";
  const { view, service } = subscription as Partial<Record<keyof Subscription, unknown>>;
  if (view !== "hotspots") return 'The view of a subscription is "hotspots".';
  if (service === undefined || service === null) return undefined;
  const named = typeof service === "string" && service !== "" && service.length <= maxServiceLength;
  return named ? undefined : "The service of a subscription is a name or absent.";
}
