import { whole, type Share } from "./pace.ts";

/** After so long a wait counts half as much, in milliseconds. */
const halfLifeMs = 2000;

/**
 * Which part of what all primitives share goes to one of them: as much of it as it has of all waiting lately, and a
 * little in any case. So what is looked at is what people wait for, whatever else the program does more often.
 */
export class Attention implements Share {
  readonly #least: number;
  readonly #pace: Share;
  #part = 0;
  #recentMs = 0;
  #seenMs = 0;

  /**
   * `least`: the part that it has in any case.
   * `pace`: how much there is to share. @default all
   */
  constructor(least: number, pace: Share = whole) {
    this.#least = least;
    this.#pace = pace;
  }

  get share(): number {
    return this.#pace.share * Math.max(this.#least, this.#part);
  }

  /** Looks how long was waited up to now. @returns how much that is lately, `sinceMs` after the look before */
  look(blockedMs: number, sinceMs: number): number {
    this.#recentMs = this.#recentMs * 2 ** (-sinceMs / halfLifeMs) + (blockedMs - this.#seenMs);
    this.#seenMs = blockedMs;
    return this.#recentMs;
  }

  /** Takes its part of all recent waiting. */
  takePart(ofMs: number): void {
    this.#part = ofMs > 0 ? this.#recentMs / ofMs : 0;
  }
}

/** What attention is divided among. */
export interface Attended {
  readonly blockedMs: number;
  readonly attention: Attention;
}

/** It is not divided anew before so many milliseconds: whoever asks for figures asks for it, too. */
const shortestMs = 100;

/** Divides attention, some times a second. */
export class AttentionDivision {
  #dividedAt = Number.NEGATIVE_INFINITY;

  /** Divides it anew at time `at` (ms), unless that was done just before. */
  divide(all: Iterable<Attended>, at: number): void {
    const sinceMs = at - this.#dividedAt;
    if (sinceMs < shortestMs) return;
    this.#dividedAt = at;
    const everyone = [...all];
    let sum = 0;
    for (const { attention, blockedMs } of everyone) sum += attention.look(blockedMs, sinceMs);
    for (const { attention } of everyone) attention.takePart(sum);
  }
}
