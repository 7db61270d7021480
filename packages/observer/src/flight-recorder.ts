import type { Outcome, Site } from "@holdup/protocol";
import { Budget } from "./budget.ts";
import type { Capture } from "./call-site.ts";
import { RecordingBuilder, type FlightRecording } from "./flight-recording.ts";
import type { Instance } from "./instance.ts";
import type { HoldNote, WaitNote } from "./notes.ts";
import type { Totals } from "./totals.ts";

/** How much of the past a recording tells, at most. */
const windowMs = 30_000;

const outcomes: readonly Outcome[] = ["granted", "timeout", "cancelled", "broken", "shut_down", "error"];

// What an entry is, in bits; above them a wait's outcome.
const isWait = 1;
const isOpen = 2;
const isContended = 4;
const kindBits = 3;

// An entry is eight numbers, one line of the processor's cache, and four references: writing to many arrays costs ten times
// as much.
const numbersEach = 8;
const startedAt = 0;
const grantedAt = 1;
const endedAt = 2;
const kind = 3;
const primitive = 4;
const instanceNumber = 5;
/** A hold's own id; of a wait the hold that it was granted. */
const holdId = 6;
/** The hold that was handed over to a wait. */
const giverId = 7;

const refsEach = 4;
const site = 0;
const operation = 1;
const taskId = 2;
const taskName = 3;

type Ref = Capture | Site | string | undefined;

/** What a recording is made of: what is open, and how call sites are read. */
export interface Cockpit {
  readonly at: number;
  /** Since when anything was observed. */
  readonly since: number;
  readonly instances: readonly Instance[];
  readonly siteOf: (capture: Capture | undefined) => Site | null;
}

/**
 * Keeps the last seconds of a program: every wait, and every hold that someone waited for, in a ring of fixed size. Each is
 * written once, when it ends; what is open is read when a recording is made. So an entry never lacks its other half, and
 * a lock that nobody waits for costs nothing.
 *
 * Holds that nobody waited for are kept of primitives that someone waited for lately, and only so many a second: a hot
 * lock must not drive out what is looked for.
 */
export class FlightRecorder {
  readonly #capacity: number;
  readonly #quiet: Budget;
  readonly #primitives: Totals[] = [];
  // Made with the first entry: most programs never wait. The system gives memory only as it is written.
  #numbers: Float64Array | undefined;
  readonly #refs: Ref[] = [];
  // Where the next entry goes, how many there are, and how many of the last still refer to captured stacks.
  #next = 0;
  #size = 0;
  #unread = 0;
  #lastId = 0;
  #lastInstance = 0;

  constructor(capacity: number) {
    this.#capacity = Math.floor(capacity);
    this.#quiet = new Budget(Math.ceil(this.#capacity / 64));
  }

  /** The hold that is being released passes on to this wait. */
  handedOver(hold: HoldNote, wait: WaitNote): void {
    if (this.#capacity > 0) wait.handedOverBy = this.#idOf(hold);
  }

  waitEnded(note: WaitNote, at: number, outcome: Outcome): void {
    if (this.#capacity === 0) return;
    // Asked first, since it is mostly so, and a search costs more than all the rest.
    const code = outcome === "granted" ? 0 : outcomes.indexOf(outcome);
    this.#wait(note, at, isWait | (code << kindBits));
  }

  holdEnded(note: HoldNote, at: number): void {
    if (this.#capacity === 0) return;
    if (note.contended) this.#hold(note, at, isContended);
    else if (note.flightId !== 0) this.#hold(note, at, 0);
  }

  /** Whether there is room for a hold that begins now, even if nobody will wait for it. */
  wants({ busyUntil }: Totals, at: number): boolean {
    return at <= busyUntil && this.#capacity > 0 && this.#quiet.take(at);
  }

  /** This hold is to be kept, whether anyone waits for it or not. */
  keep(hold: HoldNote): void {
    this.#idOf(hold);
  }

  /** Lets go of captured stacks: all have been read by now. */
  readStacks(siteOf: Cockpit["siteOf"]): void {
    for (; this.#unread > 0; this.#unread--) {
      const at = this.#slotBefore(this.#unread) * refsEach + site;
      const place = this.#refs[at];
      if (isCapture(place)) this.#refs[at] = siteOf(place) ?? undefined;
    }
  }

  /** What is open will not be told to end: keeps it as it is. */
  cut({ at, instances }: Pick<Cockpit, "at" | "instances">): void {
    if (this.#capacity === 0) return;
    for (const { holds, waits } of instances) {
      for (const wait of waits) this.#wait(wait, at, isWait | isOpen);
      for (const hold of holds) {
        if (hold.contended || hold.flightId !== 0) this.#hold(hold, at, isOpen | contention(hold));
      }
    }
  }

  /** The last seconds. The accounts must be up to date, and all stacks read. */
  record({ at, since, instances, siteOf }: Cockpit): FlightRecording {
    const recording = new RecordingBuilder(at, Math.min(at, Math.max(since, this.#from(at))));
    for (let back = this.#size; back > 0; back--) this.#retell(this.#slotBefore(back), recording);
    for (const instance of instances) {
      for (const hold of instance.holds) {
        recording.hold({
          id: this.#idOf(hold),
          ...this.#where(instance),
          ...who(hold),
          site: siteOf(hold.capture),
          endedAt: at,
          open: true,
          contended: hold.contended,
        });
      }
      for (const wait of instance.waits) {
        recording.wait({
          ...this.#where(instance),
          ...who(wait),
          site: siteOf(wait.capture),
          grantedAt: Number.NaN,
          endedAt: at,
          outcome: "pending",
          handedOverBy: 0,
          hold: 0,
        });
      }
    }
    return recording.end();
  }

  // Since when nothing is missing.
  #from(at: number): number {
    if (this.#numbers === undefined || this.#size < this.#capacity) return at - windowMs;
    return Math.max(at - windowMs, this.#numbers[this.#next * numbersEach + endedAt] as number);
  }

  #slotBefore(back: number): number {
    const slot = this.#next - back;
    return slot < 0 ? slot + this.#capacity : slot;
  }

  #slot(): number {
    const slot = this.#next;
    this.#next = slot + 1 === this.#capacity ? 0 : slot + 1;
    if (this.#size < this.#capacity) this.#size++;
    if (this.#unread < this.#capacity) this.#unread++;
    return slot;
  }

  #retell(slot: number, recording: RecordingBuilder): void {
    const numbers = this.#numbers as Float64Array;
    const i = slot * numbersEach;
    const j = slot * refsEach;
    const place = this.#refs[j + site];
    const what = numbers[i + kind] as number;
    const open = (what & isOpen) !== 0;
    const id = numbers[i + holdId] as number;
    const entry = {
      totals: this.#primitives[numbers[i + primitive] as number] as Totals,
      instance: numbers[i + instanceNumber] as number,
      task: Number(this.#refs[j + taskId] ?? 0),
      taskName: this.#refs[j + taskName] as string,
      operation: this.#refs[j + operation] as string,
      site: isSite(place) ? place : null,
      startedAt: numbers[i + startedAt] as number,
      grantedAt: numbers[i + grantedAt] as number,
      endedAt: numbers[i + endedAt] as number,
      id,
      open,
      contended: (what & isContended) !== 0,
      outcome: open ? "pending" : (outcomes[what >> kindBits] as Outcome),
      handedOverBy: numbers[i + giverId] as number,
      hold: id,
    } as const;
    if ((what & isWait) === 0) recording.hold(entry);
    else recording.wait(entry);
  }

  #where(instance: Instance): { totals: Totals; instance: number } {
    return { totals: instance.totals, instance: this.#numberOf(instance) };
  }

  #hold(note: HoldNote, at: number, what: number): void {
    this.#write(note, note.detail?.capture, Number.NaN, at, what, this.#idOf(note), 0);
  }

  #wait(note: WaitNote, at: number, what: number): void {
    const granted = note.withdrawn ? Number.NaN : note.grantedAt;
    const hold = note.hold === undefined ? 0 : this.#idOf(note.hold);
    this.#write(note, note.stake?.capture, granted, at, what, hold, note.handedOverBy);
  }

  #write(
    note: HoldNote | WaitNote,
    capture: Capture | undefined,
    granted: number,
    ended: number,
    what: number,
    hold: number,
    giver: number,
  ): void {
    const numbers = (this.#numbers ??= new Float64Array(this.#capacity * numbersEach));
    const slot = this.#slot();
    const { instance, task } = note;
    const i = slot * numbersEach;
    numbers[i + startedAt] = note.startedAt;
    numbers[i + grantedAt] = granted;
    numbers[i + endedAt] = ended;
    numbers[i + kind] = what;
    numbers[i + primitive] = this.#indexOf(instance.totals);
    numbers[i + instanceNumber] = this.#numberOf(instance);
    numbers[i + holdId] = hold;
    numbers[i + giverId] = giver;
    const refs = this.#refs;
    const j = slot * refsEach;
    refs[j + site] = capture;
    refs[j + operation] = note.operation;
    refs[j + taskId] = task?.id;
    refs[j + taskName] = task?.name;
  }

  #idOf(hold: HoldNote): number {
    if (hold.flightId === 0) {
      // Small integers, so that they need no memory; they come again after hours.
      this.#lastId = (this.#lastId + 1) & 0x3fffffff || 1;
      hold.flightId = this.#lastId;
    }
    return hold.flightId;
  }

  #numberOf(instance: Instance): number {
    if (instance.flightId === 0) instance.flightId = ++this.#lastInstance;
    return instance.flightId;
  }

  #indexOf(totals: Totals): number {
    if (totals.flightIndex < 0) totals.flightIndex = this.#primitives.push(totals) - 1;
    return totals.flightIndex;
  }
}

function contention(hold: HoldNote): number {
  return hold.contended ? isContended : 0;
}

function who({ task, operation: asked, startedAt: since }: HoldNote | WaitNote): {
  task: number;
  taskName: string;
  operation: string;
  startedAt: number;
} {
  return { task: Number(task?.id ?? 0), taskName: task?.name ?? "", operation: asked, startedAt: since };
}

function isSite(place: Ref): place is Site {
  return typeof place === "object" && "functionName" in place;
}

function isCapture(place: Ref): place is Capture {
  return typeof place === "object" && !("functionName" in place);
}
