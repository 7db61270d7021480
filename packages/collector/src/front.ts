/** Where every request comes in: who may not is turned away, then each goes to the room that answers it. */

import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Access } from "./access.ts";
import { answerCors } from "./cors.ts";
import { refusal, type Allowed } from "./gate.ts";
import type { InFlight } from "./in-flight.ts";
import { OtlpReceiver } from "./otlp.ts";

export interface FrontOptions {
  readonly allowed: Allowed;
  readonly access: Access;
  readonly inFlight: InFlight;
  readonly otlp: OtlpReceiver;
  /** Answers everything that is not OTLP. */
  readonly app: RequestListener;
}

export class Front {
  readonly #options: FrontOptions;

  constructor(options: FrontOptions) {
    this.#options = options;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { allowed, inFlight, otlp, app } = this.#options;
    inFlight.add(response);
    const [path = ""] = (request.url ?? "").split("?");
    const reason = refusal(request, allowed);
    if (!OtlpReceiver.owns(path)) {
      if (reason === undefined) app(request, response);
      else forbid(response, reason);
    } else if (reason !== undefined) OtlpReceiver.forbid(request, response, reason);
    else if (!answerCors(request, response, allowed.origins)) void otlp.handle(request, response, path);
  }

  /** The sentence with which a viewer's handshake is refused, or undefined. */
  refusesViewer(request: IncomingMessage): string | undefined {
    const reason = refusal(request, this.#options.allowed);
    if (reason !== undefined || this.#options.access.allows(request)) return reason;
    return "The live socket needs the collector's token.";
  }

  /** Hangs up on whoever may not open a socket. */
  upgrade(request: IncomingMessage, socket: Duplex): void {
    const reason = this.refusesViewer(request);
    if (reason !== undefined) forbidUpgrade(socket, reason);
  }
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
