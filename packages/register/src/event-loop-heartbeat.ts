/** How often the loop shows that it gets on, in milliseconds. */
export const beatMs = 100;

/** How often the watching thread looks whether it does, in milliseconds. */
export const lookMs = 50;

/** A beat that is so much late, in milliseconds, tells that the loop stood still. */
const lateMs = 50;

/** A stall so long is only believed if the watching thread got on meanwhile. */
const doubtfulMs = 1000;

/**
 * What the loop and the thread that watches it tell each other while neither can hear messages: a few numbers in shared memory.
 */
export class Pulse {
  readonly #numbers: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#numbers = new Int32Array(memory);
  }

  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(5 * Int32Array.BYTES_PER_ELEMENT);
  }

  /** How often the loop got on; 0: it never did yet. */
  get beats(): number {
    return Atomics.load(this.#numbers, 0);
  }

  beat(): void {
    Atomics.add(this.#numbers, 0, 1);
  }

  /** How often the watching thread looked. */
  get looks(): number {
    return Atomics.load(this.#numbers, 1);
  }

  look(): void {
    Atomics.add(this.#numbers, 1, 1);
  }

  /** Whether somebody debugs the program: then it may stand still because somebody stopped it. */
  get debugged(): boolean {
    return Atomics.load(this.#numbers, 2) === 1;
  }

  set debugged(debugged: boolean) {
    Atomics.store(this.#numbers, 2, debugged ? 1 : 0);
  }

  /** Whether the watching thread asks the program what it is running. */
  set asking(asking: boolean) {
    Atomics.store(this.#numbers, 3, asking ? 1 : 0);
    Atomics.notify(this.#numbers, 3);
  }

  /** Whether the process is about to exit: nothing more is asked. */
  get ending(): boolean {
    return Atomics.load(this.#numbers, 4) === 1;
  }

  /** The process exits. Waits, so many milliseconds at most, until nothing is asked: Node would wait for an inspector, and say so. */
  end(patienceMs: number): void {
    Atomics.store(this.#numbers, 4, 1);
    Atomics.wait(this.#numbers, 3, 1, patienceMs);
  }
}

/** What a heart is asked and told, apart from beating. */
export interface HeartbeatOptions {
  readonly pulse: Pulse;
  /** Whether a thread looks at the pulse. */
  readonly watched: boolean;
  readonly isDebugged: () => boolean;
  /** The loop stood still for so long until now. */
  readonly onStall: (ms: number) => void;
}

/** How long the loop stood still. */
export interface Stalls {
  readonly seconds: number;
  readonly longestSeconds: number;
}

/** Beats as long as the event loop gets on, and tells of each beat that came late. Does not keep the process alive. */
export class Heartbeat implements Disposable {
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  #expectedAt = performance.now() + beatMs;
  #looks = 0;
  #stalledMs = 0;
  #longestMs = 0;
  #lastStallMs = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#beat(performance.now()), beatMs).unref();
    // The first turn ends the program's start: what blocks the loop from now on is looked at. A timer comes before the events
    // of that turn, if it is due by then, and an immediate after them. Not unref'd: they would wait for the first event.
    setTimeout(() => this.#live(), 0);
    setImmediate(() => this.#live());
  }

  /** For how long the loop stood still since the call before, altogether and the longest time. */
  takeStalls(): Stalls {
    const stalls = { seconds: this.#stalledMs / 1000, longestSeconds: this.#longestMs / 1000 };
    this.#stalledMs = 0;
    this.#longestMs = 0;
    return stalls;
  }

  /** How long the loop stood still the last time that it did since the call before, in milliseconds. */
  takeLastStall(): number {
    const ms = this.#lastStallMs;
    this.#lastStallMs = 0;
    return ms;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #beat(at: number): void {
    const { pulse } = this.#options;
    const late = at - this.#expectedAt;
    const { looks } = pulse;
    if (late >= lateMs && !pulse.debugged && this.#isBelieved(late, looks - this.#looks)) this.#stalled(late);
    this.#expectedAt = at + beatMs;
    this.#looks = looks;
    this.#live();
  }

  // That somebody debugs is said first: a loop that has beaten is watched.
  #live(): void {
    const { pulse, isDebugged } = this.#options;
    pulse.debugged = isDebugged();
    pulse.beat();
  }

  // A stopped process or a sleeping machine is no blocked loop: the other thread did not get on either.
  #isBelieved(late: number, looks: number): boolean {
    return !this.#options.watched || late < doubtfulMs || looks * lookMs >= late / 3;
  }

  #stalled(ms: number): void {
    this.#stalledMs += ms;
    this.#longestMs = Math.max(this.#longestMs, ms);
    this.#lastStallMs = ms;
    this.#options.onStall(ms);
  }
}
