/**
 * The peer's job done with the collector's own parts: bare node:http, its body reader, its token and its decoder, and a count
 * of each primitive in memory. Keeps nothing, as the peer; `GET /cpu` tells the CPU microseconds of this process.
 */

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { attribute } from "@holdup/protocol";
import { textOf } from "../../../collector/src/attributes.ts";
import { BodyReader } from "../../../collector/src/body.ts";
import { decodeMetrics, decodeSpans } from "../../../collector/src/decode.ts";
import { Pending } from "../../../collector/src/pending.ts";
import { SpanColumns } from "../../../collector/src/span-columns.ts";
import { tokenOf } from "../../../collector/src/tokens.ts";

const maxBytes = 2 ** 28;
const bodies = new BodyReader(maxBytes);
const pending = new Pending({ maxBytes, now: Date.now });
const counts = new Map<string, number>();
const tokens = new Set<string>();

const server = createServer((request, response) => {
  answer(request).then(
    (text) => response.end(text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}).listen(0, "127.0.0.1", () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

async function answer(request: IncomingMessage): Promise<string> {
  if (request.url === "/cpu") {
    const { user, system } = process.cpuUsage();
    return String(user + system);
  }
  if (request.url === "/items") return String([...counts.values()].reduce((sum, times) => sum + times, 0));
  using claim = pending.claim();
  const body = await bodies.read(request, true, claim);
  if (request.url === "/v1/traces") countSpans(body);
  else countPoints(body);
  return "";
}

function countSpans(body: Uint8Array): void {
  tokens.add(tokenOf("traces", body));
  for (const { spans } of decodeSpans(body, "protobuf")) {
    if (!(spans instanceof SpanColumns)) throw new Error("the spans are in no columns");
    for (let place = 0; place < spans.length; place++) count(spans.facts(place).primitive.name);
  }
}

function countPoints(body: Uint8Array): void {
  tokens.add(tokenOf("metrics", body));
  for (const { points } of decodeMetrics(body, "protobuf"))
    for (const { attributes } of points) count(textOf(attributes, attribute.primitiveName));
}

function count(name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
