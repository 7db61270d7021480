/** The messages with which OTLP requests are answered, in both forms. */

import type { Form } from "./decode.ts";
import type { Receipt } from "./ingest.ts";

/** What was rejected, by signal: the same message with another name. */
export const rejectedField = {
  traces: "rejectedSpans",
  metrics: "rejectedDataPoints",
  logs: "rejectedLogRecords",
} as const;

export type Signal = keyof typeof rejectedField;

/** Codes of google.rpc.Status. */
export const rpcCode = {
  invalidArgument: 3,
  permissionDenied: 7,
  resourceExhausted: 8,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const maxMessageLength = 1024;

/** The Content-Type of each form; without a charset, which Go's client would not understand. */
export const contentType = { protobuf: "application/x-protobuf", json: "application/json" } as const;

/** An Export…ServiceResponse; partial success is unset if all was taken. */
export function exportResponse(signal: Signal, { rejected, message }: Receipt, form: Form): Uint8Array {
  const errorMessage = message.slice(0, maxMessageLength);
  const partial = rejected > 0 || errorMessage !== "";
  if (form === "json") {
    const partialSuccess = { [rejectedField[signal]]: String(rejected), errorMessage };
    return json(partial ? { partialSuccess } : {});
  }
  return partial ? delimited(1, concat(integer(1, rejected), delimited(2, utf8(errorMessage)))) : empty;
}

/** A google.rpc.Status. */
export function rpcStatus(code: number, message: string, form: Form): Uint8Array {
  const short = message.slice(0, maxMessageLength);
  return form === "json"
    ? json({ code, message: short })
    : concat(integer(1, code), delimited(2, utf8(short)));
}

const empty = new Uint8Array(0);

function json(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value));
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}

function integer(field: number, value: number): Uint8Array {
  return value === 0 ? empty : concat(varint(field * 8), varint(value));
}

function delimited(field: number, bytes: Uint8Array): Uint8Array {
  return concat(varint(field * 8 + 2), varint(bytes.length), bytes);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.of(...bytes, rest);
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
