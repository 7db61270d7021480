/** OTLP over HTTP: `POST /v1/traces`, `/v1/metrics` and `/v1/logs`, on bare node:http, as most requests come here. */

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { BodyError, BodyReader } from "./body.ts";
import { DecodeError } from "./decode-error.ts";
import type { Form } from "./decode.ts";
import type { Ingest, Receipt } from "./ingest.ts";
import type { Log } from "./log.ts";
import {
  contentType,
  exportResponse,
  rejectedField,
  rpcCode,
  rpcStatus,
  type Signal,
} from "./otlp-answer.ts";
import type { OtlpKeys } from "./otlp-keys.ts";
import { OverloadError, type Pending } from "./pending.ts";
import type { Readiness } from "./readiness.ts";
import type { Status } from "./status.ts";

export interface OtlpOptions {
  /** How large a body may be, compressed and decompressed, in bytes. */
  readonly maxBodyBytes: number;
  readonly pending: Pending;
  readonly keys: OtlpKeys;
  readonly readiness: Pick<Readiness, "stopping">;
  readonly now: () => number;
  readonly log: Log;
  readonly onError: (error: unknown) => void;
}

/** Seconds after which an overloaded collector is worth another try; the JS exporter gives up if it is more. */
const retryAfterSeconds = 1;
/** How long a refused body is still read, so that the client sees the answer instead of a reset. */
const lingerMs = 1_000;
/** What a status names as dropped when there was no room; refused clients try again, but not for ever. */
const overloaded = "requests refused for want of room";

export class OtlpReceiver {
  readonly #ingest: Ingest;
  readonly #status: Status;
  readonly #bodies: BodyReader;
  readonly #options: OtlpOptions;

  constructor(ingest: Ingest, status: Status, options: OtlpOptions) {
    this.#ingest = ingest;
    this.#status = status;
    this.#bodies = new BodyReader(options.maxBodyBytes);
    this.#options = options;
  }

  /** Whether a path is OTLP's, known or not. */
  static owns(path: string): boolean {
    return path.startsWith("/v1/");
  }

  /** Answers the request, whatever it is; never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const name = path.slice("/v1/".length);
    const signal = isSignal(name) ? name : undefined;
    response.on("finish", () => this.#count(signal, response.statusCode));
    if (signal === undefined) return plain(response, 404, `404 unknown path ${path.slice(0, 100)}`);
    if (request.method !== "POST") return plain(response, 405, "405 method not allowed", { Allow: "POST" });
    const form = formOf(request);
    if (form === undefined) return plain(response, 415, unsupportedType);
    const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
    if (encoding !== "identity" && encoding !== "gzip") {
      return plain(response, 415, "415 unsupported content encoding", { "Accept-Encoding": "gzip" });
    }
    if (!this.#options.keys.allows(request)) return refuseRest(request, response, form, unauthenticated);
    if (this.#options.readiness.stopping) return refuseRest(request, response, form, stopping);
    await this.#receive(request, response, signal, form, encoding === "gzip");
  }

  /** Refuses a request that may not come here at all. */
  static forbid(request: IncomingMessage, response: ServerResponse, message: string): void {
    const form = formOf(request);
    if (form === undefined) plain(response, 403, message, { Connection: "close" });
    else refuseRest(request, response, form, { statusCode: 403, code: rpcCode.permissionDenied, message });
  }

  async #receive(
    request: IncomingMessage,
    response: ServerResponse,
    signal: Signal,
    form: Form,
    gzip: boolean,
  ): Promise<void> {
    using claim = this.#options.pending.claim();
    try {
      const body = await this.#bodies.read(request, gzip, claim);
      this.#status.received(signal, body.length);
      const receipt = await this.#take(signal, body, form);
      this.#status.taken(signal, receipt);
      send(response, 200, form, exportResponse(signal, receipt, form));
    } catch (error) {
      if (request.destroyed && !request.complete) return; // the client is gone
      this.#refuse(request, response, form, error);
    }
  }

  #take(signal: Signal, body: Uint8Array, form: Form): Promise<Receipt> {
    if (signal === "metrics") return this.#ingest.metrics(body, form);
    return signal === "traces" ? this.#ingest.traces(body, form) : this.#ingest.logs(body, form);
  }

  #refuse(request: IncomingMessage, response: ServerResponse, form: Form, error: unknown): void {
    const refusal = refusalOf(error);
    if (error instanceof OverloadError) this.#status.drop(overloaded, 1);
    if (refusal.failed === true) this.#options.onError(error);
    this.#options.log.debug({ statusCode: refusal.statusCode, reason: refusal.message }, "refused a request");
    if (request.complete)
      send(response, refusal.statusCode, form, messageOf(refusal, form), headersOf(refusal));
    else refuseRest(request, response, form, refusal);
  }

  #count(signal: Signal | undefined, statusCode: number): void {
    if (statusCode === 200) this.#status.accept(this.#options.now());
    else if (statusCode !== 204) this.#status.refuse(statusCode);
    this.#status.answered(signal ?? "unknown", statusCode);
  }
}

/** How a request is refused. */
interface Refusal {
  readonly statusCode: number;
  /** Of google.rpc.Status. */
  readonly code: number;
  readonly message: string;
  /** It is the collector's own fault and nobody expected it. */
  readonly failed?: boolean;
}

const unauthenticated: Refusal = {
  statusCode: 401,
  code: rpcCode.unauthenticated,
  message:
    "The request needs the collector's key in exactly one header, x-otlp-api-key or Authorization: Bearer.",
};

const stopping: Refusal = {
  statusCode: 503,
  code: rpcCode.unavailable,
  message: "The collector is stopping; try again.",
};

function refusalOf(error: unknown): Refusal {
  if (error instanceof DecodeError) {
    return { statusCode: 400, code: rpcCode.invalidArgument, message: error.message };
  }
  if (error instanceof BodyError) {
    const { statusCode, message } = error;
    return {
      statusCode,
      code: statusCode === 400 ? rpcCode.invalidArgument : rpcCode.resourceExhausted,
      message,
    };
  }
  if (error instanceof OverloadError) {
    return { statusCode: 503, code: rpcCode.unavailable, message: error.message };
  }
  if (isMistake(error)) {
    const message = "The collector failed on this request and would fail again; its log says why.";
    return { statusCode: 500, code: rpcCode.internal, message, failed: true };
  }
  const message = "The collector could not keep the request; try again.";
  return { statusCode: 503, code: rpcCode.unavailable, message, failed: true };
}

// A mistake in the code happens again with the same bytes; whatever else goes wrong has its cause outside.
function isMistake(error: unknown): boolean {
  const kinds = [TypeError, RangeError, ReferenceError, SyntaxError];
  return kinds.some((kind) => error instanceof kind) && (error as Error).cause === undefined;
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

function messageOf({ code, message }: Refusal, form: Form): Uint8Array {
  return rpcStatus(code, message, form);
}

function headersOf({ statusCode }: Refusal): OutgoingHttpHeaders {
  if (statusCode === 503) return { "Retry-After": retryAfterSeconds };
  return statusCode === 401 ? { "WWW-Authenticate": "Bearer" } : {};
}

// The body is still on its way: answer now, then read on a little, then close.
function refuseRest(request: IncomingMessage, response: ServerResponse, form: Form, refusal: Refusal): void {
  const body = messageOf(refusal, form);
  response.writeHead(refusal.statusCode, {
    "Content-Type": contentType[form],
    "Content-Length": body.length,
    Connection: "close",
    ...headersOf(refusal),
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
