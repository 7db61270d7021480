import { context, ROOT_CONTEXT, type Context } from "@opentelemetry/api";
import {
  currentTask,
  dismiss,
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
import { HoldNote, Instance, WaitNote } from "./instance.ts";
import { lowCardinality } from "./low-cardinality.ts";
import { measure, type Measurement } from "./measurement.ts";
import { settingsOf, type ObserverOptions, type Settings } from "./options.ts";
import { takeLive, takeSnapshot, type LiveSnapshot, type Snapshot } from "./snapshot.ts";
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
  /** Who holds and who waits for what anyone waits for, at most `limit` of each. Cheap, however many wait. */
  live(limit: number): LiveSnapshot[];
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

// Listed instances are kept alive: look through them at the latest when so many have joined.
const mostListed = 4096;

class Recorder implements HoldupObserver {
  readonly #settings: Settings;
  // Marks what belongs to the time since it was installed last.
  #era = {};
  readonly #totals = new Map<string, Totals>();
  readonly #siteBudget: Budget;
  readonly #reservedSites: Budget;
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
    this.#reservedSites = new Budget(settings.sitesPerSecond);
  }

  taken(grant: Grant, operation: string): void {
    const instance = this.#instanceOf(grant.lender.subject);
    if (instance === undefined) return;
    const at = now();
    instance.advance(at);
    const note = new HoldNote(
      instance,
      grant,
      operation,
      at,
      currentTask(),
      this.#capture(instance, at),
      activeContext(),
    );
    this.#begin(note);
    if (this.#settings.spans === "all" && instance.totals.spanBudget.take(at)) this.#identify(note);
    if (note.capture === undefined) instance.totals.countUnknown(operation);
    else this.#keep(this.#taken, note);
    instance.totals.operations++;
  }

  passed(queue: WaitQueue, operation: string): void {
    const totals = this.#instanceOf(queue.subject)?.totals;
    if (totals === undefined) return;
    totals.operations++;
    totals.countUnknown(operation);
  }

  refused(queue: WaitQueue, operation: string, failure: Failure): void {
    const totals = this.#instanceOf(queue.subject)?.totals;
    if (totals === undefined) return;
    totals.operations++;
    totals.operationRow(operation, failure, null).uncontended++;
  }

  parked(waiter: Waiter): void {
    const queue = waiter.room as WaitQueue;
    const instance = this.#instanceOf(queue.subject);
    if (instance === undefined) return;
    const at = now();
    instance.advance(at);
    // One that goes on waiting for another thing is told of on someone else's stack.
    const earlier = this.#waitOf(waiter);
    const note = new WaitNote(instance, waiter, at, earlier?.context ?? activeContext());
    note.capture = earlier === undefined ? this.#capture(instance, at) : earlier.capture;
    note.span = this.#waitSpan(note, queue.size);
    instance.addWait(note);
    waiter.note = note;
  }

  granted(waiter: Waiter): void {
    const note = this.#waitOf(waiter);
    const at = Number.isNaN(this.#handOverAt) ? now() : this.#handOverAt;
    if (note === undefined) this.#grantedUnseen(waiter, at);
    else this.#granted(waiter, note, at);
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

  withdrawn(waiter: Waiter): void {
    const note = this.#waitOf(waiter);
    if (note === undefined || note.withdrawn) return;
    const { instance, hold } = note;
    const at = now();
    instance.advance(at);
    if (Number.isNaN(note.grantedAt)) {
      instance.removeWait(note);
      note.grantedAt = at;
    }
    if (hold !== undefined) {
      // A grant that was given back was no hold: its share is nobody's.
      instance.removeHold(hold);
      instance.totals.unattributedMs += hold.blameMs;
    }
    note.withdrawn = true;
  }

  left(waiter: Waiter, failure: Failure): void {
    this.withdrawn(waiter);
    const note = this.#waitOf(waiter);
    if (note !== undefined) this.#waitEnded({ note, endMs: now(), outcome: failure });
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
    const note = this.#handingOver;
    this.#handOverAt = Number.NaN;
    this.#handingOver = undefined;
    if (note?.grant !== grant) return;
    note.instance.totals.holdMs += note.endedAt - note.startedAt;
    if (note.capture === undefined && note.identity === undefined) {
      countHold(note.instance.totals.unknownHolds, note);
    } else this.#keep(this.#holds, note);
  }

  removed(): void {
    // What is open will not be told to end: end it here, so that it is not open for ever.
    this.#flush();
    for (const instance of this.#listed) instance.close();
    this.#listed = [];
    this.#era = {};
  }

  snapshot(): Snapshot {
    this.#flush();
    return takeSnapshot(this.#totals.values(), this.#listed, this.#siteOf);
  }

  live(limit: number): LiveSnapshot[] {
    this.#flush();
    return takeLive(this.#listed, limit, this.#siteOf);
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

  #granted(waiter: Waiter, note: WaitNote, at: number): void {
    const { instance } = note;
    instance.advance(at);
    instance.removeWait(note);
    note.grantedAt = at;
    addBlocker(note, this.#handingOver);
    if (waiter.grant === undefined) return;
    const hold = new HoldNote(
      instance,
      waiter.grant,
      note.operation,
      at,
      note.task,
      note.capture,
      note.context,
    );
    hold.grantedTo = note.span?.identity;
    this.#begin(hold);
    note.hold = hold;
    if (note.span !== undefined && instance.waiting > 0) this.#identify(hold);
  }

  // It began to wait before this observer was installed: its hold counts all the same.
  #grantedUnseen({ grant, room, operation, scope }: Waiter, at: number): void {
    const instance = grant === undefined ? undefined : this.#instanceOf((room as WaitQueue).subject);
    if (instance === undefined || grant === undefined) return;
    instance.advance(at);
    this.#begin(new HoldNote(instance, grant, operation, at, scope?.task, undefined, ROOT_CONTEXT));
  }

  #begin(hold: HoldNote): void {
    hold.instance.addHold(hold);
    hold.grant.note = hold;
  }

  #waitSpan(note: WaitNote, queueSize: number): WaitNote["span"] {
    if (this.#settings.spans === "none") return undefined;
    // Asked first: ids are dear.
    if (!note.instance.totals.spanBudget.take(note.startedAt)) return undefined;
    const identity = identify(note.context);
    if (identity === undefined) return undefined;
    const { holds, totals } = note.instance;
    const blockers: SpanIdentity[] = [];
    for (let hold = holds.first; hold !== undefined && blockers.length < mostBlockers; hold = hold.next) {
      const blocker = this.#identify(hold);
      if (blocker !== undefined) blockers.push(blocker);
    }
    return { identity, blockers, holders: totals.holding, position: queueSize - 1 };
  }

  #identify(hold: HoldNote): SpanIdentity | undefined {
    hold.identity ??= identify(hold.context);
    return hold.identity;
  }

  #waitEnded(ended: EndedWait): void {
    const { note } = ended;
    const { totals } = note.instance;
    totals.operations++;
    totals.contended++;
    if (note.capture === undefined && note.span === undefined) this.#countWait(ended, null);
    else this.#keep(this.#waits, ended);
    note.waiter.note = undefined;
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
    this.#flushSoon();
  }

  #flushSoon(): void {
    setImmediate(() => {
      try {
        this.#flush();
      } catch (error) {
        dismiss(this, error);
      }
    });
  }

  /** Reads the stacks, counts by site, and counts what open holds are to blame for up to now. */
  #flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      this.#flushEnded();
      this.#flushOpen();
    } finally {
      this.#flushing = false;
    }
  }

  #flushEnded(): void {
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

  // What all share is taken first come, first served, and one busy primitive takes it all: a few are kept
  // back for each.
  #capture({ totals }: Instance, at: number): Capture | undefined {
    const granted =
      this.#siteBudget.take(at) || (totals.siteReserve.take(at) && this.#reservedSites.take(at));
    return granted ? captureSite() : undefined;
  }

  readonly #siteOf = (capture: Capture | undefined): Site | null =>
    capture === undefined ? null : siteOf(capture, this.#settings.root);

  #instanceOf(subject: Subject): Instance | undefined {
    let instance = subject.slot;
    if (!(instance instanceof Instance && instance.owner === this.#era)) {
      if (instance === this) return undefined;
      instance = this.#adopt(subject);
    }
    const known = instance as Instance | undefined;
    if (known !== undefined && !known.listed) {
      known.listed = true;
      if (this.#listed.push(known) % mostListed === 0) this.#flushSoon();
    }
    return known;
  }

  // An excluded primitive carries the observer itself in its slot, as the mark that it is not to be measured.
  #adopt(subject: Subject): Instance | undefined {
    if (this.#settings.exclude.some((name) => matches(name, subject.name))) {
      subject.slot = this;
      return undefined;
    }
    const instance = new Instance(this.#era, this.#totalsOf(subject));
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
    return note instanceof WaitNote && note.instance.owner === this.#era ? note : undefined;
  }

  #holdOf(grant: Grant): HoldNote | undefined {
    const { note } = grant;
    return note instanceof HoldNote && note.instance.owner === this.#era ? note : undefined;
  }
}

/** The primitive to which those beyond the limit count. */
const overflowName = "(other)";

/** Links from one wait to the holds that it waited behind, at most. */
const mostBlockers = 8;

// OpenTelemetry's API does much to find that nobody has installed a context manager: look first where it
// keeps one.
const api = globalThis as { [key: symbol]: { context?: unknown } | undefined };
const apiKey = Symbol.for("opentelemetry.js.api.1");

function activeContext(): Context {
  return api[apiKey]?.context === undefined ? ROOT_CONTEXT : context.active();
}

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

function matches(pattern: string | RegExp, name: string): boolean {
  // `search` looks from the start, whatever the pattern's flags and lastIndex.
  return typeof pattern === "string" ? pattern === name : name.search(pattern) >= 0;
}
