/** A client that sends unique points and spans, each request until it is acknowledged, always with the same bytes. */

import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export const serviceName = "kill-rounds";

/** So many sites a client's waits are spread over; a store tells 250 of a primitive apart. */
const sites = 200;
/** So many points or spans are in the largest request; the smallest has one. */
const largest = 60;
/** One request in so many has spans: a store keeps 200,000. */
const spansEvery = 8;

export class Sender {
  readonly name: string;
  /** How many points of each waiting site were acknowledged, by its line. */
  readonly points = new Map<number, number>();
  /** The ids of the spans that were acknowledged. */
  readonly spans: string[] = [];
  /** How many requests were acknowledged. */
  requests = 0;
  /** How many times a request had to be sent again. */
  repeated = 0;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #number: number;
  #sent = 0;

  constructor(number: number) {
    this.#number = number;
    this.name = `client-${number}`;
  }

  /** How many points and spans were acknowledged. */
  get acknowledged(): number {
    return this.spans.length + [...this.points.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Sends until `stopped`, and then until the last request is acknowledged. */
  async run(url: string, stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const number = this.#sent++;
      const size = 1 + ((number * 17) % largest);
      if (number % spansEvery === 0) await this.#sendSpans(url, number, size);
      else await this.#sendPoints(url, number, size);
      this.requests++;
    }
    this.#agent.destroy();
  }

  async #sendPoints(url: string, number: number, size: number): Promise<void> {
    const lines = Array.from({ length: size }, (_, i) => (number * largest + i) % sites);
    await this.#sendUntilTaken(`${url}/v1/metrics`, this.#metrics(lines));
    for (const line of lines) this.points.set(line, (this.points.get(line) ?? 0) + 1);
  }

  async #sendSpans(url: string, number: number, size: number): Promise<void> {
    const ids = Array.from({ length: size }, (_, i) => this.#spanId(number * largest + i));
    await this.#sendUntilTaken(`${url}/v1/traces`, this.#traces(ids));
    this.spans.push(...ids);
  }

  async #sendUntilTaken(url: string, body: string): Promise<void> {
    while ((await this.#post(url, body)) !== 200) {
      this.repeated++;
      await pause(20);
    }
  }

  #post(url: string, body: string): Promise<number | undefined> {
    return new Promise((resolve) => {
      const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
      const sent = request(url, { method: "POST", agent: this.#agent, headers }, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode));
        response.on("error", () => resolve(undefined));
      });
      sent.on("error", () => resolve(undefined));
      sent.end(body);
    });
  }

  #spanId(number: number): string {
    return `${this.#number + 1}`.padStart(4, "0") + `${number}`.padStart(12, "0");
  }

  // Always another time: the same point in the same nanosecond would be the same point.
  #metrics(lines: readonly number[]): string {
    const time = `${Date.now()}${String(this.#sent % 1_000_000).padStart(6, "0")}`;
    const dataPoints = lines.map((line) => ({
      startTimeUnixNano: time,
      timeUnixNano: time,
      count: 1,
      sum: 0.5,
      min: 0.5,
      max: 0.5,
      scale: 4,
      positive: { offset: -17, bucketCounts: [1] },
      attributes: attributes({
        "holdup.primitive.name": this.name,
        "holdup.primitive.type": "lock",
        "code.file.path": "client.ts",
        "code.function.name": "send",
        "code.line.number": line,
      }),
    }));
    const exponentialHistogram = { aggregationTemporality: 1, dataPoints };
    const metrics = [{ name: "holdup.wait.duration", unit: "s", exponentialHistogram }];
    return JSON.stringify({
      resourceMetrics: [{ resource: resource(this.name), scopeMetrics: [{ metrics }] }],
    });
  }

  #traces(spanIds: readonly string[]): string {
    const spans = spanIds.map((spanId) => ({
      traceId: "1".repeat(32),
      spanId,
      name: `wait ${this.name}`,
      startTimeUnixNano: `${Date.now() - 500}000000`,
      endTimeUnixNano: `${Date.now()}000000`,
      attributes: attributes({ "holdup.primitive.name": this.name, "holdup.primitive.type": "lock" }),
    }));
    return JSON.stringify({
      resourceSpans: [{ resource: resource(this.name), scopeSpans: [{ spans }] }],
    });
  }
}

function resource(instance: string): object {
  return { attributes: attributes({ "service.name": serviceName, "service.instance.id": instance }) };
}

function attributes(values: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { intValue: String(value) },
  }));
}
