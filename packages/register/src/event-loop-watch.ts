import { beatMs, lookMs, type Pulse } from "./event-loop-heartbeat.ts";

/** No two stacks are taken within so many milliseconds. */
const restMs = 5000;

/** What is done about a loop that does not get on. */
export interface Alarm {
  /** The loop has not got on for so long; told once a block, and not at all if the block before is too near. */
  blocked(ms: number): void;
  /** It still does not; told each time that it is twice as long. */
  lasts(ms: number): void;
  /** It gets on again. Told of each block that `blocked` was told of. */
  over(ms: number): void;
}

/**
 * Looks, from another thread, at the pulse of the event loop, and tells when the loop does not get on: unless its thread had
 * no processor for most of that time, which is the machine's doing, and no line's of the program.
 */
export class Watch {
  readonly #pulse: Pulse;
  readonly #thresholdMs: number;
  readonly #alarm: Alarm;
  readonly #starvedMs: () => number;
  // Read when a beat is missing, and what the block had lasted by then: a loop that gets on is not asked for.
  #starvedBefore = Number.NaN;
  #readAtMs = 0;
  #beats = 0;
  #lookedAt: number;
  #blockedMs = 0;
  // When to tell next: beyond the threshold, the block was told of.
  #tellAtMs: number;
  #alarmedAt = Number.NEGATIVE_INFINITY;

  /** `starvedMs`: for how long the loop's thread has had no processor so far, though it could have run. */
  constructor(pulse: Pulse, thresholdMs: number, alarm: Alarm, at: number, starvedMs: () => number) {
    this.#pulse = pulse;
    this.#starvedMs = starvedMs;
    this.#thresholdMs = thresholdMs;
    this.#tellAtMs = thresholdMs;
    this.#alarm = alarm;
    this.#lookedAt = at;
  }

  /** Looks. To be called every `lookMs`; `at` is the time in milliseconds. */
  look(at: number): void {
    this.#pulse.look();
    // While this thread stood still too, it was the process or the machine: that counts as one look.
    const sinceMs = Math.min(at - this.#lookedAt, 2 * lookMs);
    this.#lookedAt = at;
    const { beats, debugged } = this.#pulse;
    // What a program does before its first turn is its start.
    if (beats !== this.#beats || beats === 0 || debugged) this.#goesOn(beats);
    else this.#blocked(sinceMs, at);
  }

  /** Whoever asks for it gets on: a block that was told of is over. */
  end(): void {
    this.#goesOn(this.#beats);
  }

  #goesOn(beats: number): void {
    const told = this.#tellAtMs > this.#thresholdMs;
    const ms = this.#blockedMs;
    this.#beats = beats;
    this.#blockedMs = 0;
    this.#starvedBefore = Number.NaN;
    this.#tellAtMs = this.#thresholdMs;
    if (told) this.#alarm.over(ms);
  }

  get #isStarved(): boolean {
    return this.#starvedMs() - this.#starvedBefore > (this.#blockedMs - this.#readAtMs) / 2;
  }

  #blocked(sinceMs: number, at: number): void {
    this.#blockedMs += sinceMs;
    if (Number.isNaN(this.#starvedBefore) && this.#blockedMs >= Math.min(beatMs, this.#thresholdMs)) {
      this.#starvedBefore = this.#starvedMs();
      this.#readAtMs = this.#blockedMs;
    }
    if (this.#blockedMs < this.#tellAtMs || this.#isStarved) return;
    const first = this.#tellAtMs === this.#thresholdMs;
    if (first && at - this.#alarmedAt < restMs) return;
    this.#tellAtMs = Math.max(2 * this.#tellAtMs, this.#blockedMs);
    if (!first) return this.#alarm.lasts(this.#blockedMs);
    this.#alarmedAt = at;
    this.#alarm.blocked(this.#blockedMs);
  }
}
