/** A client that sends unique points and spans, each until it is acknowledged, always with the same bytes. */

import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** So many sites a client's waits are spread over; a store tells 10,000 series of an hour apart. */
const sites = 500;

export class Sender {
  readonly name: string;
  /** How often each waiting site was acknowledged, by its line. */
  readonly acknowledged = new Map<number, number>();
  /** The ids of the spans that were acknowledged. */
  readonly spans: string[] = [];
  /** How many requests had to be sent again. */
  repeated = 0;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #number: number;
  #sent = 0;

  constructor(number: number) {
    this.#number = number;
    this.name = `client-${number}`;
  }

  /** Sends until `stopped`, and then until the last request is acknowledged. */
  async run(url: string, stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const number = this.#sent++;
      if (number % 4 === 0) await this.#sendSpan(url, number);
      else await this.#sendWait(url, number % sites);
    }
    this.#agent.destroy();
  }

  async #sendWait(url: string, line: number): Promise<void> {
    await this.#sendUntilTaken(`${url}/v1/metrics`, this.#metrics(line));
    this.acknowledged.set(line, (this.acknowledged.get(line) ?? 0) + 1);
  }

  async #sendSpan(url: string, number: number): Promise<void> {
    const spanId = `${this.#number + 1}`.padStart(4, "0") + `${number}`.padStart(12, "0");
    await this.#sendUntilTaken(`${url}/v1/traces`, this.#traces(spanId));
    this.spans.push(spanId);
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

  // Always another time: the same point in the same nanosecond would be the same point.
  #metrics(line: number): string {
    const time = `${Date.now()}${String(this.#sent % 1_000_000).padStart(6, "0")}`;
    const dataPoints = [
      {
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
      },
    ];
    const exponentialHistogram = { aggregationTemporality: 1, dataPoints };
    const metrics = [{ name: "holdup.wait.duration", unit: "s", exponentialHistogram }];
    return JSON.stringify({
      resourceMetrics: [{ resource: resource(this.name), scopeMetrics: [{ metrics }] }],
    });
  }

  #traces(spanId: string): string {
    const span = {
      traceId: "1".repeat(32),
      spanId,
      name: `wait ${this.name}`,
      startTimeUnixNano: `${Date.now() - 500}000000`,
      endTimeUnixNano: `${Date.now()}000000`,
      attributes: attributes({ "holdup.primitive.name": this.name, "holdup.primitive.type": "lock" }),
    };
    return JSON.stringify({
      resourceSpans: [{ resource: resource(this.name), scopeSpans: [{ spans: [span] }] }],
    });
  }
}

function resource(instance: string): object {
  return { attributes: attributes({ "service.name": "kill-rounds", "service.instance.id": instance }) };
}

function attributes(values: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { intValue: String(value) },
  }));
}
