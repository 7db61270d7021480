/**
 * What a team writes in an afternoon: express, `express.raw`, `gunzipSync`, the official classes, and a count of
 * each primitive in memory. `GET /cpu` tells the CPU microseconds of this process.
 */

import type { AddressInfo } from "node:net";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { gunzipSync } from "node:zlib";
import { attribute } from "@holdup/protocol";
import { metricsMessage, ofCollector, spansMessage, type ReadAttribute } from "./messages.ts";

interface Request {
  readonly body: Buffer;
}
interface Response {
  type(type: string): Response;
  send(body: Buffer | string): void;
}
type Handler = (request: Request, response: Response) => void;
interface Express {
  (): RequestListener & {
    use(handler: unknown): void;
    post(path: string, handler: Handler): void;
    get(path: string, handler: Handler): void;
  };
  raw(options: { type: () => boolean; limit: string }): unknown;
}

const express = ofCollector("express") as Express;
const counts = new Map<string, number>();
const app = express();
// `express.raw` would inflate by itself, as a stream; `gunzipSync` costs less.
app.use((request: IncomingMessage, _: Response, next: () => void) => {
  delete request.headers["content-encoding"];
  next();
});
app.use(express.raw({ type: () => true, limit: "16mb" }));

app.post("/v1/traces", ({ body }, response) => {
  for (const { scopeSpans } of spansMessage.decode(gunzipSync(body)).resourceSpans)
    for (const { spans } of scopeSpans) for (const { attributes } of spans) count(attributes);
  answer(response);
});

app.post("/v1/metrics", ({ body }, response) => {
  for (const { scopeMetrics } of metricsMessage.decode(gunzipSync(body)).resourceMetrics)
    for (const { metrics } of scopeMetrics)
      for (const { sum, exponentialHistogram } of metrics)
        for (const { attributes } of (sum ?? exponentialHistogram)?.dataPoints ?? []) count(attributes);
  answer(response);
});

app.get("/cpu", (_, response) => {
  const { user, system } = process.cpuUsage();
  response.send(String(user + system));
});

app.get("/items", (_, response) => {
  response.send(String([...counts.values()].reduce((sum, times) => sum + times, 0)));
});

const server = createServer(app).listen(0, "127.0.0.1", () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

function count(attributes: readonly ReadAttribute[]): void {
  const name = attributes.find(({ key }) => key === attribute.primitiveName)?.value?.stringValue ?? "";
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function answer(response: Response): void {
  response.type("application/x-protobuf").send(Buffer.alloc(0));
}
