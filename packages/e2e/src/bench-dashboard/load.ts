/** What programs with many busy primitives send: the figures of all of them, several times a second. */

import { setTimeout as pause } from "node:timers/promises";
import { attribute, metric } from "@holdup/protocol";
import { distribution, encode, histograms, resource, sums, type Said } from "../bench-collector/batches.ts";
import { metricsMessage } from "../bench-collector/messages.ts";

/** How many primitives all programs have together. */
export const primitives = 1000;
/** How often each program tells of all of its primitives, a second. */
export const hertz = 4;

const programs = 4;
const everyMs = 1000 / hertz;
/** Bodies that differ in their figures, sent in turns. */
const variants = 8;
/** Of one primitive between two reports: all had to wait. */
const operations = 5;
/** Stands for the time in a body that is made once and sent at many times. */
const anyTime = 1_234_567_890_123;

/** Sends until it is disposed; each program in its own part of the tick, as programs do. */
export class Load implements Disposable {
  /** Why a body was not taken, or undefined: then nothing that was measured counts. */
  trouble: string | undefined;
  readonly #url: string;
  #sent = 0;
  #over = false;

  constructor(url: string) {
    this.#url = `${url}/v1/metrics`;
    for (let program = 0; program < programs; program++) {
      const bodies = Array.from({ length: variants }, (_, variant) => new TimedBody(body(program, variant)));
      void this.#repeat(bodies, program);
    }
  }

  /** How often each program has told of its primitives, on average. */
  get rounds(): number {
    return this.#sent / programs;
  }

  [Symbol.dispose](): void {
    this.#over = true;
  }

  // As an exporter does: what is not taken yet keeps the next one waiting.
  async #repeat(bodies: readonly TimedBody[], program: number): Promise<void> {
    let due = performance.now() + (everyMs * program) / programs;
    for (let turn = 0; !this.#over; turn++) {
      await pause(Math.max(0, due - performance.now()));
      await this.#send((bodies[turn % variants] as TimedBody).at(Date.now()));
      this.#sent++;
      due = Math.max(due + everyMs, performance.now());
    }
  }

  async #send(bytes: Buffer<ArrayBuffer>): Promise<void> {
    try {
      const answer = await fetch(this.#url, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf" },
        body: bytes,
      });
      const text = await answer.text();
      if (!answer.ok || text !== "") this.trouble ??= `${answer.status} ${text}`;
    } catch (error) {
      this.trouble ??= String(error);
    }
  }
}

/** A body whose points are of whichever time they are sent at. */
class TimedBody {
  readonly #bytes: Buffer<ArrayBuffer>;
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
    this.#starts = placesOf(this.#bytes, anyTime - 1000);
    this.#ends = placesOf(this.#bytes, anyTime);
  }

  at(time: number): Buffer<ArrayBuffer> {
    const bytes = Buffer.from(this.#bytes);
    const write = (places: readonly number[], ms: number): void => {
      for (const place of places) bytes.writeBigUInt64LE(BigInt(ms) * 1_000_000n, place);
    };
    write(this.#starts, time - everyMs);
    write(this.#ends, time);
    return bytes;
  }
}

function placesOf(bytes: Buffer, time: number): number[] {
  const sought = Buffer.alloc(8);
  // As `batches.ts` says it: a double, rounded.
  sought.writeBigUInt64LE(BigInt(time * 1e6));
  const places: number[] = [];
  for (let at = bytes.indexOf(sought); at !== -1; at = bytes.indexOf(sought, at + 8)) places.push(at);
  return places;
}

/** The points that `register` sends of a busy lock: seven of each. */
function body(program: number, variant: number): Uint8Array {
  const count = primitives / programs;
  const numbers = Array.from({ length: count }, (_, i) => i * programs + program);
  // The distributions go round, so that percentiles change.
  const turned = numbers.map((_, i) => numbers[(i + variant * 31) % count] as number);
  const metrics = [
    histograms(metric.waitDuration, anyTime, turned.map(waiting), busy),
    histograms(metric.holdDuration, anyTime, turned.map(holding), busy),
    histograms(metric.handoffDuration, anyTime, turned.map(of), busy),
    sums(metric.operations, anyTime, numbers.map(acquiring), 1, () => operations),
    sums(metric.blameDuration, anyTime, numbers.map(blaming), 1, (i) => blameOf(numbers[i] ?? 0, variant)),
    sums(metric.waiters, anyTime, numbers.map(of), 2, (i) => (i * 7 + variant * 3) % 5),
    sums(metric.holders, anyTime, numbers.map(of), 2, () => 1),
  ];
  return encode(metricsMessage, {
    resourceMetrics: [
      { resource: resource(program), scopeMetrics: [{ scope: { name: "@holdup/observer" }, metrics }] },
    ],
  });
}

const busy = (i: number): object => distribution(i, operations, 0);

// Few cost much and many a little; neighbours change places from time to time.
function blameOf(i: number, variant: number): number {
  return (0.4 / (i + 2)) * (1 + ((i * 5 + variant * 3) % variants) / variants);
}

const of = (i: number): Said => ({
  [attribute.primitiveType]: i % 3 === 0 ? "semaphore" : "lock",
  [attribute.primitiveName]: `stock-${String(i).padStart(3, "0")}`,
});

const acquiring = (i: number): Said => ({
  ...of(i),
  [attribute.operationName]: "acquire",
  [attribute.outcome]: "granted",
  [attribute.contended]: true,
});

const site = (i: number, line: number): Said => ({
  [attribute.functionName]: "reserve",
  [attribute.filePath]: `src/stock-${i % 16}.ts`,
  [attribute.lineNumber]: line,
});

const waiting = (i: number): Said => ({ ...acquiring(i), ...site(i, 40) });

const holding = (i: number): Said => ({ ...of(i), ...site(i, 60) });

const blaming = (i: number): Said => ({
  ...of(i),
  ...site(i, 40),
  [attribute.holderFunctionName]: "reserve",
  [attribute.holderFilePath]: `src/stock-${i % 16}.ts`,
  [attribute.holderLineNumber]: 60,
});
