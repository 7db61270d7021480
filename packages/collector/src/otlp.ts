/** OTLP over HTTP: `POST /v1/traces`, `/v1/metrics` and `/v1/logs`, on bare node:http, as most requests come here. */

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { BodyError, BodyReader } from "./body.ts";
import { DecodeError } from "./decode-error.ts";
import type { Form } from "./decode.ts";
import type { Ingest, Receipt } from "./ingest.ts";
import {
  contentType,
  exportResponse,
  rejectedField,
  rpcCode,
  rpcStatus,
  type Signal,
} from "./otlp-answer.ts";
import type { Status } from "./status.ts";

export interface OtlpOptions {
  /** How large a body may be, compressed and decompressed, in bytes. */
  readonly maxBodyBytes: number;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** Seconds after which an overloaded collector is worth another try; the JS exporter gives up if it is more. */
const retryAfterSeconds = 1;
/** How long a refused body is still read, so that the client sees the answer instead of a reset. */
const lingerMs = 1_000;

export class OtlpReceiver {
  readonly #ingest: Ingest;
  readonly #status: Status;
  readonly #bodies: BodyReader;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;

  constructor(ingest: Ingest, status: Status, { maxBodyBytes, now, onError }: OtlpOptions) {
    this.#ingest = ingest;
    this.#status = status;
    this.#bodies = new BodyReader(maxBodyBytes);
    this.#now = now;
    this.#onError = onError;
  }

  /** Whether a path is OTLP's, known or not. */
  static owns(path: string): boolean {
    return path.startsWith("/v1/");
  }

  /** Answers the request, whatever it is; never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    response.on("finish", () => this.#count(response.statusCode));
    const signal = path.slice("/v1/".length);
    if (!isSignal(signal)) return plain(response, 404, `404 unknown path ${path.slice(0, 100)}`);
    if (request.method !== "POST") return plain(response, 405, "405 method not allowed", { Allow: "POST" });
    const form = formOf(request);
    if (form === undefined) return plain(response, 415, unsupportedType);
    const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
    if (encoding !== "identity" && encoding !== "gzip") {
      return plain(response, 415, "415 unsupported content encoding", { "Accept-Encoding": "gzip" });
    }
    await this.#receive(request, response, signal, form, encoding === "gzip");
  }

  async #receive(
    request: IncomingMessage,
    response: ServerResponse,
    signal: Signal,
    form: Form,
    gzip: boolean,
  ): Promise<void> {
    try {
      const body = await this.#bodies.read(request, gzip);
      const receipt = await this.#take(signal, body, form);
      send(response, 200, form, exportResponse(signal, receipt, form));
    } catch (error) {
      if (request.destroyed && !request.complete) return; // the client is gone
      if (!(error instanceof DecodeError || error instanceof BodyError)) this.#onError(error);
      refuse(request, response, form, error);
    }
  }

  #take(signal: Signal, body: Uint8Array, form: Form): Promise<Receipt> {
    if (signal === "metrics") return this.#ingest.metrics(body, form);
    return signal === "traces" ? this.#ingest.traces(body, form) : this.#ingest.logs(body, form);
  }

  #count(statusCode: number): void {
    if (statusCode === 200) this.#status.accept(this.#now());
    else this.#status.refuse(statusCode);
  }
}

const unsupportedType = `415 unsupported media type, supported: [${contentType.json}, ${contentType.protobuf}]`;

function isSignal(name: string): name is Signal {
  return Object.hasOwn(rejectedField, name);
}

function formOf(request: IncomingMessage): Form | undefined {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  const name = type.trim().toLowerCase();
  if (name === contentType.protobuf) return "protobuf";
  return name === contentType.json ? "json" : undefined;
}

function refuse(request: IncomingMessage, response: ServerResponse, form: Form, error: unknown): void {
  if (error instanceof DecodeError) {
    send(response, 400, form, rpcStatus(rpcCode.invalidArgument, error.message, form));
  } else if (error instanceof BodyError && error.statusCode === 400) {
    send(response, 400, form, rpcStatus(rpcCode.invalidArgument, error.message, form));
  } else if (error instanceof BodyError) {
    refuseRest(request, response, form, error);
  } else {
    const headers = { "Retry-After": retryAfterSeconds };
    const message = "The collector could not keep the request; try again.";
    send(response, 503, form, rpcStatus(rpcCode.unavailable, message, form), headers);
  }
}

// The body is still on its way: answer now, then read on a little, then close.
function refuseRest(
  request: IncomingMessage,
  response: ServerResponse,
  form: Form,
  { statusCode, message }: BodyError,
): void {
  const overloaded = statusCode === 503;
  const code = overloaded ? rpcCode.unavailable : rpcCode.resourceExhausted;
  const body = rpcStatus(code, message, form);
  response.writeHead(statusCode, {
    "Content-Type": contentType[form],
    "Content-Length": body.length,
    Connection: "close",
    ...(overloaded ? { "Retry-After": retryAfterSeconds } : {}),
  });
  response.write(body);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  request.on("close", end).on("end", end).on("error", end).resume();
}

function send(
  response: ServerResponse,
  statusCode: number,
  form: Form,
  body: Uint8Array,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(statusCode, {
    "Content-Type": contentType[form],
    "Content-Length": body.length,
    ...headers,
  });
  response.end(body);
}

function plain(
  response: ServerResponse,
  statusCode: number,
  message: string,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(statusCode, { "Content-Type": "text/plain", ...headers });
  response.end(message);
}
