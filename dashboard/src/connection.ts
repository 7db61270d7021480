import type { ProfileItem, ServerMessages, ViewerMessages } from "@holdup/protocol";
import { io, type Socket } from "socket.io-client";
import { apiPath } from "./api-path.ts";
import type { DataSource, Question, QuestionName, Questions } from "./data-source.ts";
import type { Message } from "./state.ts";

const returnDelayMs = 1000;
const longestName = 200;

/** What nothing may be known of. */
const mayBeUnknown = new Set<QuestionName>(["primitive", "profile"]);

/**
 * The collector that served the page: its live socket, which Socket.IO reconnects by itself, forever, and its
 * HTTP routes for what is too much to be pushed.
 */
export class SocketSource implements DataSource {
  readonly #socket: Socket<ServerMessages, ViewerMessages>;
  #service: string | undefined;

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

  resync(): void {
    this.#socket.emit("subscribe", { view: "hotspots", service: this.#service });
  }

  async ask<Name extends QuestionName>(
    question: Question<Name>,
    signal: AbortSignal,
  ): Promise<Questions[Name]["answer"]> {
    const response = await fetch(apiPath(question as Question), { signal });
    const unknown = response.status === 404 && mayBeUnknown.has(question.name);
    if (!response.ok && !unknown) {
      throw new Error(`The collector answered ${response.status}.`);
    }
    // That there is no such thing is an answer, too.
    const answer: unknown = response.ok ? await contentOf(response) : null;
    return answer;
  }

  async keep(name: string, profile: Blob): Promise<ProfileItem> {
    const parameters = new URLSearchParams({ name: name.slice(0, longestName) });
    const response = await fetch(`/api/profiles?${parameters.toString()}`, { method: "POST", body: profile });
    const answer = (await response.json()) as ProfileItem & { readonly error?: { readonly message: string } };
    if (!response.ok) throw new Error(answer.error?.message ?? `The collector answered ${response.status}.`);
    return answer;
  }

  // Socket.IO reconnects after every loss but one: when the server itself says goodbye.
  #returnWhenSentAway(): void {
    if (!this.#socket.active) window.setTimeout(() => this.#socket.connect(), returnDelayMs);
  }
}

function contentOf(response: Response): Promise<unknown> {
  const isText = response.headers.get("content-type")?.startsWith("text/plain") === true;
  return isText ? response.text() : response.json();
}
