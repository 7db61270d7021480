/** Pages of other origins that may send telemetry. There are none unless they are named; nobody else's page may read. */

import type { IncomingMessage, ServerResponse } from "node:http";

const day = 86_400;

/** Tells the browser of a page that it may send; true if that is all it asked. */
export function answerCors(
  request: IncomingMessage,
  response: ServerResponse,
  allowedOrigins: readonly string[],
): boolean {
  const { origin } = request.headers;
  if (origin === undefined || !allowedOrigins.includes(origin)) return false;
  response.setHeader("Access-Control-Allow-Origin", origin).setHeader("Vary", "Origin");
  if (request.method !== "OPTIONS") return false;
  response.writeHead(204, {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type, content-encoding, x-otlp-api-key, authorization",
    "Access-Control-Max-Age": day,
    ...(request.headers["access-control-request-private-network"] === "true"
      ? { "Access-Control-Allow-Private-Network": "true" }
      : {}),
  });
  response.end();
  return true;
}
