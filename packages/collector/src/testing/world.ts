/** A real collector on a free port, with a clock that stands still until it is set. */

import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { startCollector, type Collector, type CollectorOptions } from "../collector.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: any;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array | string | Iterable<Uint8Array>;
}

export class World implements AsyncDisposable {
  readonly collector: Collector;
  readonly clock: { now: number };

  constructor(collector: Collector, clock: { now: number }) {
    this.collector = collector;
    this.clock = clock;
  }

  get(path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return send(this.collector.url + path, { headers });
  }

  /** An OTLP request in JSON, unless the headers say otherwise. */
  post(
    signal: string,
    body: RequestOptions["body"] & {},
    headers: OutgoingHttpHeaders = {},
  ): Promise<Answer> {
    return send(`${this.collector.url}/v1/${signal}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.collector.close();
  }
}

/** The moment at which the clock of a world stands at first. */
export const startOfTime = 1_800_000_000_000;

export async function startWorld(options: CollectorOptions = {}): Promise<World> {
  const clock = { now: startOfTime };
  const collector = await startCollector({ port: 0, tickMs: 5, now: () => clock.now, ...options });
  return new World(collector, clock);
}

/** A request with any headers; fetch would not let a test choose Host and Origin. A body in pieces goes chunked. */
export function send(url: string, { method = "GET", headers = {}, body }: RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve(answer(response.statusCode ?? 0, response.headers, Buffer.concat(chunks))),
      );
    });
    sent.on("error", reject);
    if (body === undefined || typeof body === "string" || body instanceof Uint8Array) sent.end(body);
    else {
      for (const piece of body) sent.write(piece);
      sent.end();
    }
  });
}

function answer(status: number, headers: IncomingHttpHeaders, body: Buffer): Answer {
  return {
    status,
    headers,
    body,
    get json(): unknown {
      return JSON.parse(body.toString());
    },
  };
}
