/**
 * Which batches came lately. A client that heard no answer sends the same bytes again: they are known by their
 * token and counted once.
 */

import { createHash } from "node:crypto";
import type { Signal } from "./otlp-answer.ts";

/** For how long a batch is known again, in milliseconds; no client tries for longer. */
export const tokenLifeMs = 600_000;

/** A second's batches of a thousand programs, ten minutes long, take some 60 MB; beyond it the oldest go. */
export const maxTokens = 600_000;

/** What tells a request from all others: the same signal with the same body is the same request. */
export function tokenOf(signal: Signal, body: Uint8Array): string {
  return createHash("sha256").update(signal).update("\n").update(body).digest("hex");
}

export class Tokens {
  // By the time of arrival, the oldest first.
  readonly #arrivals = new Map<string, number>();

  has(token: string, now: number): boolean {
    const time = this.#arrivals.get(token);
    return time !== undefined && time >= now - tokenLifeMs;
  }

  add(token: string, now: number): void {
    this.#arrivals.delete(token);
    this.#arrivals.set(token, now);
    for (const [oldest, time] of this.#arrivals) {
      if (time >= now - tokenLifeMs && this.#arrivals.size <= maxTokens) break;
      this.#arrivals.delete(oldest);
    }
  }
}
