/** What the collector counts about itself. */

import { readFileSync } from "node:fs";
import type { Receipt } from "./ingest.ts";
import type { Signal } from "./otlp-answer.ts";

/** The version of this package. */
export const version: string = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }
).version;

/** What came in of one kind of telemetry. */
interface SignalCounts {
  /** Of decompressed bodies. */
  bytes: number;
  /** Points, spans or log records. */
  taken: number;
  rejected: number;
  /** Came once more and counted once. */
  repeated: number;
}

export class Status {
  readonly startedAt: number;
  readonly #refused = new Map<number, number>();
  readonly #dropped = new Map<string, number>();
  /** OTLP requests answered, by signal and status code. */
  readonly answers: Map<Signal | "unknown", Map<number, number>> = new Map();
  readonly signals: Readonly<Record<Signal, SignalCounts>> = {
    traces: noCounts(),
    metrics: noCounts(),
    logs: noCounts(),
  };
  accepted = 0;
  lastReceivedAt: number | null = null;
  viewers = 0;

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  /** An OTLP request was taken in. */
  accept(now: number): void {
    this.accepted++;
    this.lastReceivedAt = now;
  }

  /** An OTLP request was answered with an error. */
  refuse(statusCode: number): void {
    this.#refused.set(statusCode, (this.#refused.get(statusCode) ?? 0) + 1);
  }

  answered(signal: Signal | "unknown", statusCode: number): void {
    const codes = this.answers.get(signal) ?? new Map<number, number>();
    this.answers.set(signal, codes.set(statusCode, (codes.get(statusCode) ?? 0) + 1));
  }

  /** The body of a request has arrived whole. */
  received(signal: Signal, sizeBytes: number): void {
    this.signals[signal].bytes += sizeBytes;
  }

  /** A request was read and what could be taken of it is kept. */
  taken(signal: Signal, { taken, rejected, repeated = 0 }: Receipt): void {
    this.signals[signal].taken += taken;
    this.signals[signal].rejected += rejected;
    this.signals[signal].repeated += repeated;
  }

  /** Something arrived, or was announced by its program, that is not kept. */
  drop(reason: string, times: number): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + times);
  }

  get refused(): Record<string, number> {
    return Object.fromEntries(this.#refused);
  }

  get dropped(): Record<string, number> {
    return Object.fromEntries(this.#dropped);
  }
}

function noCounts(): SignalCounts {
  return { bytes: 0, taken: 0, rejected: 0, repeated: 0 };
}
