/** The thread that watches the event loop of the main thread. Loads nothing but Node's own modules and its neighbours. */

import { parentPort, workerData } from "node:worker_threads";
import { lookMs, Pulse } from "./event-loop-heartbeat.ts";
import { Pause, type PausedStack } from "./event-loop-pause.ts";
import { report, type Blocked, type ReportOptions } from "./event-loop-report.ts";
import { placesOf, type Place } from "./event-loop-stack.ts";

import { Watch, type Alarm } from "./event-loop-watch.ts";
import { mainThread, runDelayMs } from "./run-delay.ts";

/** What the thread has to know. */
export interface ThreadOptions {
  readonly memory: SharedArrayBuffer;
  readonly thresholdMs: number;
  /** Whether the inspector may be used: where it is denied, Node aborts the process. */
  readonly mayPause: boolean;
  readonly root: string;
  /** Where Holdup's own files lie. */
  readonly own: readonly string[];
  /** Undefined: nobody is told while a block lasts. */
  readonly report: ReportOptions | undefined;
}

/** A block that is over, for the thread that it blocked. */
export interface EndedBlock {
  readonly ms: number;
  readonly places: readonly Place[];
  /** Undefined: nobody was told while it lasted. */
  readonly id: string | undefined;
}

// More places than that are not counted one by one.
const mostPlaces = 200;

/** How often it is asked what a block runs, as long as no line of the program is found: it may not have come to one yet. */
const mostQuestions = 3;

interface Told {
  readonly id: string;
  readonly firstSeen: number;
  count: number;
}

class Reporter implements Alarm {
  readonly #options: ThreadOptions;
  readonly #pulse: Pulse;
  readonly #onEnd: (block: EndedBlock) => void;
  readonly #told = new Map<string, Told>();
  #pause: Pause | undefined;
  #isAsking = false;
  #questionsLeft = 0;
  #places: readonly Place[] = [];
  #current: Told | undefined;
  #ms = 0;

  constructor(options: ThreadOptions, pulse: Pulse, onEnd: (block: EndedBlock) => void) {
    this.#options = options;
    this.#pulse = pulse;
    this.#onEnd = onEnd;
  }

  blocked(ms: number): void {
    this.#ms = ms;
    this.#questionsLeft = mostQuestions;
    this.#ask();
  }

  lasts(ms: number): void {
    this.#ms = ms;
    if (this.#current !== undefined) this.#tell(this.#current);
    else this.#ask();
  }

  #ask(): void {
    if (!this.#options.mayPause || this.#isAsking || this.#questionsLeft === 0) return;
    this.#questionsLeft--;
    const { beats } = this.#pulse;
    // What runs once the loop has got on is not what has blocked it.
    this.#isAsking = true;
    this.#pulse.asking = true;
    this.#pause = new Pause((stack) => {
      this.#isAsking = false;
      this.#pulse.asking = false;
      if (this.#pulse.beats === beats) this.#see(stack);
    });
  }

  /** Asks nothing more. */
  giveUp(): void {
    this.#pause?.giveUp();
    this.#isAsking = false;
    this.#pulse.asking = false;
  }

  over(ms: number): void {
    this.giveUp();
    this.#onEnd({ ms, places: this.#places, id: this.#current?.id });
    this.#pause = undefined;
    this.#current = undefined;
    this.#places = [];
  }

  #see({ frames, scripts }: PausedStack): void {
    this.#places = placesOf(frames, scripts, this.#options);
    const [place] = this.#places;
    if (place === undefined && this.#questionsLeft > 0) return;
    const key = place === undefined ? "" : ` ${place.filePath}:${place.lineNumber}`;
    let told = this.#told.get(key);
    if (told === undefined) {
      if (this.#told.size >= mostPlaces) return;
      told = { id: `blocked-event-loop${key}`, firstSeen: Date.now(), count: 0 };
      this.#told.set(key, told);
    }
    told.count++;
    this.#current = told;
    this.#tell(told);
  }

  #tell({ id, count, firstSeen }: Told): void {
    const { report: options } = this.#options;
    if (options === undefined) return;
    const blocked: Blocked = {
      id,
      ms: this.#ms,
      places: this.#places,
      count,
      firstSeen,
      lastSeen: Date.now(),
    };
    report(options, blocked);
  }
}

const starvedMs = (): number => runDelayMs(mainThread) ?? 0;

const port = parentPort;
if (port !== null) {
  const options = workerData as ThreadOptions;
  const pulse = new Pulse(options.memory);
  const reporter = new Reporter(options, pulse, (block) => port.postMessage(block));
  const watch = new Watch(pulse, options.thresholdMs, reporter, performance.now(), starvedMs);
  setInterval(() => {
    if (pulse.ending) reporter.giveUp();
    else watch.look(performance.now());
  }, lookMs);
  // The one message that there is: the program ends, and with it what it is doing now.
  port.once("message", () => {
    watch.end();
    process.exit();
  });
}
