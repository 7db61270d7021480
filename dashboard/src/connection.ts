import type { HotSpot, ServerMessages, ViewerMessages } from "@holdup/protocol";
import { io, type Socket } from "socket.io-client";
import { DetailPoll } from "./detail-poll.ts";
import type { Message } from "./state.ts";

/** A primitive to be told everything of. */
export type Inspected = Pick<HotSpot, "service" | "primitive">;

/** Where the page's data comes from: a live collector now, a recorded file some day. */
export interface DataSource {
  /** Tells the listener what arrives from now on. */
  start(listener: (message: Message) => void): void;
  /** Asks for one service's hot spots, or everyone's. */
  watch(service: string | undefined): void;
  /** Asks for everything of that primitive, for as long as no other is asked for. */
  inspect(inspected: Inspected | undefined): void;
  /** Asks for a new snapshot, since a change was missed. */
  resync(): void;
}

const returnDelayMs = 1000;

/** The live socket of the collector that served the page. Socket.IO reconnects by itself, forever. */
export class SocketSource implements DataSource {
  readonly #socket: Socket<ServerMessages, ViewerMessages>;
  readonly #detail = new DetailPoll();
  #service: string | undefined;
  #listener: (message: Message) => void = () => {};

  constructor(service: string | undefined) {
    this.#service = service;
    this.#socket = io({
      path: "/socket.io",
      autoConnect: false,
      // WebSocket first: one connection, no upgrade; polling stays for proxies that know no WebSocket.
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 3000,
    });
  }

  start(listener: (message: Message) => void): void {
    this.#listener = listener;
    this.#socket.on("connect", () => {
      listener({ type: "connected", at: Date.now() });
      this.resync();
    });
    this.#socket.on("disconnect", () => {
      listener({ type: "disconnected", at: Date.now() });
      this.#returnWhenSentAway();
    });
    this.#socket.on("connect_error", () => listener({ type: "disconnected", at: Date.now() }));
    this.#socket.on("snapshot", (snapshot) => listener({ type: "snapshot", at: Date.now(), snapshot }));
    this.#socket.on("changes", (changes) => listener({ type: "changes", at: Date.now(), changes }));
    this.#socket.on("finding", (finding) => listener({ type: "finding", finding }));
    this.#socket.connect();
  }

  watch(service: string | undefined): void {
    this.#service = service;
    if (this.#socket.connected) this.resync();
  }

  inspect(inspected: Inspected | undefined): void {
    this.#detail.follow(inspected, this.#listener);
  }

  resync(): void {
    this.#socket.emit("subscribe", { view: "hotspots", service: this.#service });
  }

  // Socket.IO reconnects after every loss but one: when the server itself says goodbye.
  #returnWhenSentAway(): void {
    if (!this.#socket.active) window.setTimeout(() => this.#socket.connect(), returnDelayMs);
  }
}
