/** What the collector counts about itself. */

import { readFileSync } from "node:fs";

/** The version of this package. */
export const version: string = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }
).version;

export class Status {
  readonly startedAt: number;
  readonly #refused = new Map<number, number>();
  readonly #dropped = new Map<string, number>();
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
