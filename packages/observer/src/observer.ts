import { context } from "@opentelemetry/api";
import {
  currentTask,
  now,
  type Failure,
  type Grant,
  type Observer,
  type Subject,
  type Waiter,
  type WaitQueue,
} from "@holdup/primitives";
import type { Outcome, Site } from "@holdup/protocol";
import { Budget } from "./budget.ts";
import { captureSite, siteOf, type Capture } from "./call-site.ts";
import { HoldNote, Instance, WaitNote, type TaskIdentity } from "./instance.ts";
import { lowCardinality } from "./low-cardinality.ts";
import { measure, type Measurement } from "./measurement.ts";
import { settingsOf, type ObserverOptions, type Settings } from "./options.ts";
import { takeSnapshot, type Snapshot } from "./snapshot.ts";
import { holdRecord, identify, waitRecord, type SpanIdentity, type SpanRecord } from "./span-record.ts";
import { Totals, type HoldRow } from "./totals.ts";

/** What the observer itself had to leave out, since its start. */
export interface Losses {
  /** Spans for which there was no room until their export. Those beyond the rate are not lost, but not kept. */
  readonly spans: number;
  /** Call sites beyond the limit of a primitive; they count to its unknown site. */
  readonly sites: number;
  /** Primitives beyond the limit; they count to one named `(other)`. */
  readonly primitives: number;
}

/** An observer that measures, and tells what it measured as plain records. */
export interface HoldupObserver extends Observer, Disposable {
  /** Who holds, who waits, since when, from where; each primitive's exact totals. */
  snapshot(): Snapshot;
  /** What happened since the call before. For one reader: what it has taken, nobody else gets. */
  collect(): Measurement[];
  /** The spans that ended since the call before. */
  takeSpans(): SpanRecord[];
  readonly losses: Losses;
}

/**
 * Makes an observer; `observe(createObserver())` installs it.
 *
 * Its totals are exact: counts, waits, holds, hand-offs, and the blame of every hold for the waiting
 * of others. Call sites and spans are sampled within budgets.
 *
 * @throws RangeError, TypeError for an option that makes no sense
 *
 * @example
 * ```ts
 * const observer = createObserver();
 * using observing = observe(observer);
 * // ... later
 * for (const { name, blockedMs, byHolder } of observer.snapshot().primitives) report(name, blockedMs, byHolder);
 * ```
 */
export function createObserver(options: ObserverOptions = {}): HoldupObserver {
  return new Recorder(settingsOf(options));
}

interface EndedWait {
  readonly note: WaitNote;
  readonly endMs: number;
  readonly outcome: Outcome;
}

// Captured stacks keep what is on them alive: look at them at the latest when there are so many.
const mostUnread = 512;

class Recorder implements HoldupObserver {
  readonly #settings: Settings;
  readonly #totals = new Map<string, Totals>();
  readonly #siteBudget: Budget;
  // Instances that changed since the last flush, and those with open waits and holds.
  #listed: Instance[] = [];
  // Ended or begun, with a stack still to be read.
  #waits: EndedWait[] = [];
  #holds: HoldNote[] = [];
  #taken: HoldNote[] = [];
  #unread = 0;
  #flushing = false;
  #spans: SpanRecord[] = [];
  #spansDropped = 0;
  #primitivesDropped = 0;
  // While a release hands over, its time is also that of the grant: the lock is never nobody's between.
  #handOverAt = Number.NaN;
  #handingOver: HoldNote | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#siteBudget = new Budget(settings.sitesPerSecond);
  }

  taken(grant: Grant, operation: string): void {
    const instance = this.#instanceOf(grant.lender.subject);
    if (instance === undefined) return;
    const at = now();
    instance.advance(at);
    const note = this.#hold(instance, grant, operation, at, this.#capture(at));
    if (this.#settings.spans === "all") this.#identify(note);
    if (note.capture === undefined) instance.totals.countUnknown(operation);
    else this.#keep(this.#taken, note);
    instance.totals.operations++;
  }

  refused(queue: WaitQueue, failure: Failure): void {
    const totals = this.#instanceOf(queue.subject)?.totals;
    if (totals === undefined) return;
    totals.operations++;
    totals.operationRow(queue.operation, failure, null).uncontended++;
  }

  parked(waiter: Waiter): void {
    const queue = waiter.room as WaitQueue;
    const instance = this.#instanceOf(queue.subject);
    if (instance === undefined) return;
    const at = now();
    instance.advance(at);
    const note = new WaitNote(instance, waiter, queue.operation, at, taskNow());
    note.capture = this.#capture(at);
    note.span = this.#waitSpan(note, queue.size);
    instance.addWait(note);
    waiter.note = note;
  }

  granted(waiter: Waiter): void {
    const note = this.#waitOf(waiter);
    if (note === undefined) return;
    const { instance } = note;
    const at = Number.isNaN(this.#handOverAt) ? now() : this.#handOverAt;
    instance.advance(at);
    instance.removeWait(note);
    note.grantedAt = at;
    addBlocker(note, this.#handingOver);
    if (waiter.grant === undefined) return;
    note.hold = this.#hold(instance, waiter.grant, note.operation, at, note.capture, note);
    if (note.span !== undefined && instance.waiting > 0) this.#identify(note.hold);
  }

  resumed(waiter: Waiter): void {
    const note = this.#waitOf(waiter);
    if (note === undefined) return;
    const at = now();
    const { totals } = note.instance;
    const handoffMs = at - note.grantedAt;
    totals.handoffMs += handoffMs;
    totals.handoffs.record(handoffMs / 1000);
    this.#waitEnded({ note, endMs: at, outcome: "granted" });
  }

  left(waiter: Waiter, failure: Failure): void {
    const note = this.#waitOf(waiter);
    if (note === undefined) return;
    const { instance, hold } = note;
    const at = now();
    instance.advance(at);
    if (Number.isNaN(note.grantedAt)) instance.removeWait(note);
    if (hold !== undefined) {
      // A grant that was given back was no hold: its share is nobody's.
      instance.removeHold(hold);
      instance.totals.unattributedMs += hold.blameMs;
    }
    this.#waitEnded({ note, endMs: at, outcome: failure });
  }

  releasing(grant: Grant): void {
    const note = this.#holdOf(grant);
    if (note === undefined) return;
    const at = now();
    note.instance.advance(at);
    note.instance.removeHold(note);
    note.endedAt = at;
    this.#handOverAt = at;
    this.#handingOver = note;
  }

  released(grant: Grant): void {
    this.#handOverAt = Number.NaN;
    this.#handingOver = undefined;
    const note = this.#holdOf(grant);
    if (note === undefined) return;
    note.instance.totals.holdMs += note.endedAt - note.startedAt;
    if (note.capture === undefined && note.identity === undefined) {
      countHold(note.instance.totals.unknownHolds, note);
    } else this.#keep(this.#holds, note);
  }

  snapshot(): Snapshot {
    this.#flush();
    return takeSnapshot(this.#totals.values(), this.#listed, this.#siteOf);
  }

  collect(): Measurement[] {
    this.#flush();
    return Array.from(this.#totals.values(), measure);
  }

  takeSpans(): SpanRecord[] {
    this.#flush();
    const spans = this.#spans;
    this.#spans = [];
    return spans;
  }

  get losses(): Losses {
    let sites = 0;
    for (const totals of this.#totals.values()) sites += totals.sitesDropped;
    return { spans: this.#spansDropped, sites, primitives: this.#primitivesDropped };
  }

  [Symbol.dispose](): void {
    this.#flush();
  }

  #hold(
    instance: Instance,
    grant: Grant,
    operation: string,
    at: number,
    capture: Capture | undefined,
    wait?: WaitNote,
  ): HoldNote {
    const task = wait === undefined ? taskNow() : wait.task;
    const active = wait?.span?.context ?? context.active();
    const note = new HoldNote(instance, grant, operation, at, task, capture, active);
    note.grantedTo = wait?.span?.identity;
    instance.addHold(note);
    grant.note = note;
    return note;
  }

  #waitSpan(note: WaitNote, queueSize: number): WaitNote["span"] {
    if (this.#settings.spans === "none") return undefined;
    const active = context.active();
    const identity = identify(active);
    if (identity === undefined) return undefined;
    if (!note.instance.totals.spanBudget.take(note.startedAt)) return undefined;
    const { holds } = note.instance;
    const blockers: SpanIdentity[] = [];
    for (const hold of holds) {
      const blocker = blockers.length < mostBlockers ? this.#identify(hold) : undefined;
      if (blocker === undefined) break;
      blockers.push(blocker);
    }
    return {
      identity,
      context: active,
      blockers,
      holders: note.instance.totals.holding,
      position: queueSize - 1,
    };
  }

  #identify(hold: HoldNote): SpanIdentity | undefined {
    hold.identity ??= identify(hold.context);
    return hold.identity;
  }

  #waitEnded(ended: EndedWait): void {
    const { note, outcome } = ended;
    const { totals } = note.instance;
    totals.operations++;
    totals.contended++;
    if (note.capture === undefined && note.span === undefined) this.#countWait(ended, null);
    else this.#keep(this.#waits, ended);
    if (outcome !== "granted") note.waiter.note = undefined;
  }

  #countWait({ note, endMs, outcome }: EndedWait, site: Site | null): void {
    const row = note.instance.totals.operationRow(note.operation, outcome, site);
    row.contended++;
    row.blockedMs += (Number.isNaN(note.grantedAt) ? endMs : note.grantedAt) - note.startedAt;
    row.waits.record((endMs - note.startedAt) / 1000);
  }

  #keep<Item>(list: Item[], item: Item): void {
    list.push(item);
    if (++this.#unread !== mostUnread) return;
    setImmediate(() => this.#flush());
  }

  /** Reads the stacks, counts by site, and counts what open holds are to blame for up to now. */
  #flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#unread = 0;
    const [taken, waits, holds] = [this.#taken, this.#waits, this.#holds];
    this.#taken = [];
    this.#waits = [];
    this.#holds = [];
    for (const note of taken) {
      note.instance.totals.operationRow(note.operation, "granted", this.#siteOf(note.capture)).uncontended++;
    }
    for (const ended of waits) {
      const site = this.#siteOf(ended.note.capture);
      this.#countWait(ended, site);
      this.#addSpan(waitRecord(ended.note, ended.endMs, ended.outcome, site));
    }
    for (const note of holds) {
      const site = this.#siteOf(note.capture);
      countHold(note.instance.totals.holdRow(site), note);
      this.#addSpan(holdRecord(note, site));
    }
    this.#flushOpen();
    this.#flushing = false;
  }

  #flushOpen(): void {
    const at = now();
    const busy: Instance[] = [];
    for (const instance of this.#listed) {
      instance.advance(at);
      for (const note of instance.holds) {
        const blame = note.takeBlame();
        if (blame > 0) instance.totals.holdRow(this.#siteOf(note.capture)).blameMs += blame;
      }
      instance.listed = instance.waiting > 0 || instance.held > 0;
      if (instance.listed) busy.push(instance);
    }
    this.#listed = busy;
  }

  #addSpan(record: SpanRecord | undefined): void {
    if (record === undefined) return;
    if (this.#spans.length < this.#settings.maxSpans) this.#spans.push(record);
    else this.#spansDropped++;
  }

  #capture(at: number): Capture | undefined {
    return this.#siteBudget.take(at) ? captureSite() : undefined;
  }

  readonly #siteOf = (capture: Capture | undefined): Site | null =>
    capture === undefined ? null : siteOf(capture, this.#settings.root);

  #instanceOf(subject: Subject): Instance | undefined {
    let instance = subject.slot;
    if (!(instance instanceof Instance && instance.owner === this)) {
      if (instance === this) return undefined;
      instance = this.#adopt(subject);
    }
    const known = instance as Instance | undefined;
    if (known !== undefined && !known.listed) {
      known.listed = true;
      this.#listed.push(known);
    }
    return known;
  }

  // An excluded primitive carries the observer itself in its slot, as the mark that it is not to be measured.
  #adopt(subject: Subject): Instance | undefined {
    if (this.#settings.exclude.some((name) => matches(name, subject.name))) {
      subject.slot = this;
      return undefined;
    }
    const instance = new Instance(this, this.#totalsOf(subject));
    subject.slot = instance;
    return instance;
  }

  #totalsOf(subject: Subject): Totals {
    const name = subject.named ? lowCardinality(subject.name) : subject.name;
    const key = `${subject.type} ${name}`;
    const known = this.#totals.get(key);
    if (known !== undefined) return known;
    const over = this.#totals.size >= this.#settings.maxPrimitives;
    if (over) this.#primitivesDropped++;
    const chosen = over ? `${subject.type} ${overflowName}` : key;
    const totals =
      this.#totals.get(chosen) ?? new Totals(subject, over ? overflowName : name, this.#settings);
    this.#totals.set(chosen, totals);
    return totals;
  }

  #waitOf(waiter: Waiter): WaitNote | undefined {
    const { note } = waiter;
    return note instanceof WaitNote && note.instance.owner === this ? note : undefined;
  }

  #holdOf(grant: Grant): HoldNote | undefined {
    const { note } = grant;
    return note instanceof HoldNote && note.instance.owner === this ? note : undefined;
  }
}

/** The primitive to which those beyond the limit count. */
const overflowName = "(other)";

/** Links from one wait to the holds that it waited behind, at most. */
const mostBlockers = 8;

function addBlocker({ span }: WaitNote, hold: HoldNote | undefined): void {
  const blocker = hold?.identity;
  if (span === undefined || blocker === undefined || span.blockers.includes(blocker)) return;
  if (span.blockers.length < mostBlockers) span.blockers.push(blocker);
}

function countHold(row: HoldRow, note: HoldNote): void {
  const ms = note.endedAt - note.startedAt;
  row.count++;
  row.holdMs += ms;
  row.blameMs += note.blameMs;
  row.holds.record(ms / 1000);
}

function taskNow(): TaskIdentity | undefined {
  return currentTask();
}

function matches(pattern: string | RegExp, name: string): boolean {
  return typeof pattern === "string" ? pattern === name : pattern.test(name);
}
