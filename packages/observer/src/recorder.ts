import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import {
  currentTask,
  dismiss,
  now,
  type Failure,
  type Grant,
  type Observer,
  type Subject,
  type Task,
  type Waiter,
  type WaitOptions,
  type WaitQueue,
} from "@holdup/primitives";
import type { Outcome, Site } from "@holdup/protocol";
import { ActiveContext } from "./active-context.ts";
import { AttentionDivision } from "./attention.ts";
import { captureSite, framesOf, type Capture } from "./call-site.ts";
import type { Check } from "./check.ts";
import { keepShapes } from "./examples.ts";
import { handingOff, joining, sleeping } from "./explanation.ts";
import { ExplanationBook, type EndedSpan } from "./explanation-book.ts";
import { FlightRecorder } from "./flight-recorder.ts";
import { HandleWatch } from "./handle-watch.ts";
import { Instance } from "./instance.ts";
import { countHold, Ledger } from "./ledger.ts";
import { lowCardinality } from "./low-cardinality.ts";
import { HoldDetail, HoldNote, TaskNote, WaitNote } from "./notes.ts";
import type { Settings } from "./options.ts";
import { Pace } from "./pace.ts";
import { Queues } from "./queue-level.ts";
import { SiteBudget } from "./site-budget.ts";
import { SpanChoice } from "./span-choice.ts";
import type { Stalls } from "./stalls.ts";
import { Totals } from "./totals.ts";

/** Those who look at what happens while it happens, besides the accounts. */
export interface Watcher extends Required<Omit<Check, "look">> {
  /** Someone began to wait: there is something to look at. */
  waiting(): void;
  /** When nothing could go on. */
  readonly stalls: Stalls;
}

// Captured stacks keep what is on them alive: look at them at the latest when there are so many.
const mostUnread = 512;

// Listed instances are kept alive: look through them at the latest when so many have joined.
const mostListed = 4096;

/**
 * What is done where things happen: the hot path. Counts at once what needs no call site, and puts the rest aside
 * for the ledger.
 */
export class Recorder implements Observer {
  readonly ledger: Ledger;
  readonly totals: Map<string, Totals> = new Map<string, Totals>();
  readonly flight: FlightRecorder;
  /** Instances that changed since the last flush, and those with open waits and holds. */
  listed: Instance[] = [];
  primitivesDropped = 0;
  readonly #settings: Settings;
  readonly #watcher: Watcher;
  // Marks what belongs to the time since it was installed last.
  #era = {};
  readonly #context = new ActiveContext();
  readonly #pace = new Pace();
  readonly #sites: SiteBudget;
  readonly #attention = new AttentionDivision();
  readonly #handles = new HandleWatch((hold) => this.#dropped(hold));
  readonly #explained: ExplanationBook;
  readonly #spans: SpanChoice;
  #flushing = false;
  // While a release hands over, its time is also that of the grant: the lock is never nobody's between.
  #handOverAt = Number.NaN;
  #handingOver: HoldNote | undefined;
  #blame = 0;

  constructor(settings: Settings, watcher: Watcher) {
    keepShapes(settings);
    this.#settings = settings;
    this.#watcher = watcher;
    this.flight = new FlightRecorder(settings.flightEvents);
    this.ledger = new Ledger(settings, mostUnread, {
      full: () => this.#flushSoon(),
      overfull: () => this.flush(),
    });
    this.#spans = new SpanChoice(settings, this.ledger);
    this.#sites = new SiteBudget(settings.sitesPerSecond, this.#pace);
    this.#explained = new ExplanationBook(watcher.stalls);
  }

  taken(grant: Grant, operation: string, options: WaitOptions, handle: object | undefined): void {
    const instance = this.#instanceOf(grant.lender.subject);
    if (instance === undefined) return;
    const at = now();
    const task = currentTask();
    const { totals } = instance;
    // Mostly so: nothing is left of any budget, as one comparison tells, and nobody else is there.
    if (at < totals.spentUntil && task === undefined && options.site === undefined && instance.idle) {
      totals.countUnknown(operation);
      instance.startSolo(grant, operation, at, this.#context.now(), handle);
    } else this.#taken(instance, at, grant, operation, options, handle, task);
  }

  passed(queue: WaitQueue, operation: string): void {
    const instance = this.#instanceOf(queue.subject);
    if (instance === undefined) return;
    instance.grants++;
    if (operation === "put") instance.givers.add(currentTask());
    instance.totals.countUnknown(operation);
    // Who waits was told that there is something, and a newcomer takes it.
    const { first } = instance.waits;
    if (first?.waiter.room === queue) this.#overtaken(first, operation);
  }

  refused(queue: WaitQueue, operation: string, failure: Failure): void {
    const totals = this.#instanceOf(queue.subject)?.totals;
    if (totals !== undefined) totals.operationRow(operation, failure, null).uncontended++;
  }

  parked(waiter: Waiter, options: WaitOptions): void {
    const queue = waiter.room as WaitQueue;
    const instance = this.#instanceOf(queue.subject);
    if (instance === undefined) return;
    const at = now();
    instance.advance(at);
    // One that goes on waiting for another thing is told of on someone else's stack.
    const earlier = this.#waitOf(waiter);
    let capture = earlier === undefined ? options.site : earlier.capture;
    if (earlier === undefined && capture === undefined && this.#sites.forWait(instance.totals, at)) {
      // oxlint-disable-next-line typescript/unbound-method -- named, not called
      capture = captureSite(undefined, this.parked);
    }
    const active = earlier?.context ?? this.#context.now();
    // A room of joins is no line: everyone in it is the first.
    const note = new WaitNote(instance, waiter, at, active, capture, (queue.size ?? 1) - 1);
    waiter.note = note;
    this.#busy(instance.totals, at);
    this.#stands(note, at);
    instance.addWait(note);
    const task = note.task;
    if (task !== undefined && !waiter.mayGiveUp) this.#wants(task, instance, capture);
    this.#watcher.waiting();
  }

  granted(waiter: Waiter, handle: unknown): void {
    const note = this.#waitOf(waiter);
    const at = Number.isNaN(this.#handOverAt) ? now() : this.#handOverAt;
    if (note === undefined) this.#grantedUnseen(waiter, at);
    else this.#granted(waiter, note, at, handle);
  }

  woken(waiter: Waiter): void {
    const plan = this.#waitOf(waiter)?.plan;
    if (plan !== undefined) plan.waker = trace.getSpanContext(this.#context.now());
  }

  resumed(waiter: Waiter): void {
    const note = this.#waitOf(waiter);
    if (note === undefined) return;
    const at = now();
    const { totals } = note.instance;
    const handoffMs = at - note.grantedAt;
    totals.handoffMs += handoffMs;
    totals.handoffs.record(handoffMs / 1000);
    this.#waitEnded(note, at, "granted");
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
      instance.totals.unattributedMs += instance.removeHold(hold);
      this.ledger.withdraw(hold);
      this.#heldNoMore(hold);
    }
    note.withdrawn = true;
  }

  left(waiter: Waiter, failure: Failure): void {
    this.withdrawn(waiter);
    const note = this.#waitOf(waiter);
    if (note !== undefined) this.#waitEnded(note, now(), failure);
  }

  releasing(grant: Grant): boolean {
    const { slot } = grant.lender.subject;
    if (slot instanceof Instance && slot.owner === this.#era && slot.endSolo(grant)) {
      this.#releasedSolo(slot);
      return true;
    }
    const note = this.#holdOf(grant);
    if (note === undefined) return false;
    const at = now();
    note.instance.advance(at);
    this.#blame = note.instance.removeHold(note);
    this.#handOverAt = at;
    this.#handingOver = note;
    return false;
  }

  released(grant: Grant): void {
    const note = this.#handingOver;
    if (note === undefined) return;
    const at = this.#handOverAt;
    this.#handOverAt = Number.NaN;
    this.#handingOver = undefined;
    if (note.grant !== grant) return;
    const { totals } = note.instance;
    totals.holdMs += at - note.startedAt;
    if (note.task !== undefined) this.#heldNoMore(note);
    this.flight.holdEnded(note, at);
    if (note.contended) {
      totals.contendedHolds++;
      this.#watcher.released(note, at);
    }
    if (note.detail === undefined) countHold(totals.unknownHolds, at - note.startedAt, this.#blame);
    else this.#detailReleased(note, note.detail, at);
    if (this.#explained.any) this.#explained.happened(note, `using ${totals.name}`, note.startedAt, at);
  }

  pausing(waiter: Waiter): void {
    waiter.note = now();
  }

  paused(waiter: Waiter): void {
    if (!this.#explained.any || typeof waiter.note !== "number") return;
    const what = waiter.operation === "sleep" ? sleeping : joining;
    const doer = { task: waiter.scope?.task, context: ROOT_CONTEXT };
    this.#explained.happened(doer, what, waiter.note, now());
  }

  read(subject: Subject): void {
    this.#watcher.read(subject, captureSite);
  }

  wrote(subject: Subject): void {
    this.#watcher.wrote(subject, captureSite);
  }

  removed(): void {
    // What is open will not be told to end: end it here, so that it is not open for ever.
    this.flush();
    this.flight.cut({ at: now(), instances: this.listed });
    for (const instance of this.listed) instance.close();
    this.listed = [];
    this.#explained.clear();
    this.#era = {};
  }

  /** A span of the program's own has ended: it may be what a holder was waiting for. */
  spanEnded(span: EndedSpan): void {
    if (this.#explained.any) this.#explained.spanEnded(span);
  }

  /** Looks which holds last, so that it is noticed if nobody can end them any more. */
  watchHandles(): void {
    this.#handles.look(this.listed);
  }

  /** Reads the stacks, counts by site, and counts what open holds are to blame for up to now; returns what now was. */
  flush(): number {
    const at = now();
    if (this.#flushing) return at;
    this.#flushing = true;
    this.#pace.look();
    try {
      for (const instance of this.listed) instance.advance(at);
      this.#attention.divide(this.totals.values(), at);
      this.#watcher.stalls.look(performance.now(), at);
      this.ledger.flush(this.listed);
      this.flight.readStacks(this.siteOf);
      this.watchHandles();
      this.#unlistIdle();
    } finally {
      this.#flushing = false;
    }
    return at;
  }

  readonly siteOf = (capture: Capture | undefined): Site | null => this.framesOf(capture)[0] ?? null;

  framesOf(capture: Capture | undefined): readonly Site[] {
    return capture === undefined ? [] : framesOf(capture, this.#settings.root);
  }

  #unlistIdle(): void {
    const busy: Instance[] = [];
    for (const instance of this.listed) {
      instance.listed = instance.waiting > 0 || instance.held > 0;
      if (instance.listed) busy.push(instance);
    }
    this.listed = busy;
  }

  #taken(
    instance: Instance,
    at: number,
    grant: Grant,
    operation: string,
    options: WaitOptions,
    handle: object | undefined,
    task: Task<unknown> | undefined,
  ): void {
    const { totals } = instance;
    const spent = at < totals.spentUntil;
    let capture: Capture | undefined = options.site;
    if (!spent && capture === undefined && this.#sites.forHold(totals, at)) {
      // oxlint-disable-next-line typescript/unbound-method -- named, not called
      capture = captureSite(undefined, this.taken);
    }
    const watched = !spent && handle !== undefined && this.#handles.takes(at);
    const told = !spent && this.flight.wants(totals, at);
    if (capture === undefined) {
      totals.countUnknown(operation);
      if (!watched && !told && !this.#spans.ofAll) {
        if (!spent && handle !== undefined) this.#spend(totals, at);
        if (task === undefined && instance.idle) {
          instance.startSolo(grant, operation, at, this.#context.now(), handle);
          return;
        }
      }
    }
    instance.advance(at);
    const note = new HoldNote(instance, grant, operation, at, task, this.#context.now());
    instance.addHold(note);
    grant.note = note;
    if (told) this.flight.keep(note);
    if (capture !== undefined) {
      note.detail = new HoldDetail(instance, capture);
      this.ledger.taken(note);
    }
    if (instance.waiting > 0) this.#contended(note, at);
    if (task !== undefined) this.#heldBy(task, note, isPatient(options));
    if (watched) this.#handles.watch(note, handle);
    else note.handle = handle;
    if (this.#spans.ofAll) this.#spans.holdBegins(note, at);
  }

  #granted(waiter: Waiter, note: WaitNote, at: number, handle: unknown): void {
    const { instance } = note;
    instance.advance(at);
    const { first } = instance.waits;
    if (first !== note && first?.waiter.room === waiter.room) this.#overtaken(first, note.operation);
    instance.removeWait(note);
    note.grantedAt = at;
    this.#handedOver(note, at);
    if (waiter.grant === undefined) {
      instance.grants++;
      if (note.operation === "put") instance.givers.add(note.task);
      if (note.plan?.blockers.length === 0) this.woken(waiter);
      return;
    }
    const hold = new HoldNote(instance, waiter.grant, note.operation, at, note.task, note.context);
    if (note.stake !== undefined) hold.detail = new HoldDetail(instance, note.stake.capture);
    instance.addHold(hold);
    waiter.grant.note = hold;
    note.hold = hold;
    if (instance.waiting > 0) this.#contended(hold, at);
    if (hold.task !== undefined) this.#heldBy(hold.task, hold, false);
    if (this.#spans.ofAll) this.#spans.holdBegins(hold, at);
    hold.handle = handle as object | undefined;
  }

  // It began to wait before this observer was installed: its hold counts all the same.
  #grantedUnseen({ grant, room, operation, scope }: Waiter, at: number): void {
    const instance = grant === undefined ? undefined : this.#instanceOf((room as WaitQueue).subject);
    if (instance === undefined || grant === undefined) return;
    instance.advance(at);
    const hold = new HoldNote(instance, grant, operation, at, scope?.task, ROOT_CONTEXT);
    instance.addHold(hold);
    grant.note = hold;
    if (hold.task !== undefined) this.#heldBy(hold.task, hold, false);
  }

  // Nobody waits, so there is nobody to hand over to, and nobody whom it keeps waiting that it is counted at once.
  #releasedSolo(instance: Instance): void {
    const at = now();
    const { soloAt, soloContext, totals } = instance;
    totals.holdMs += at - soloAt;
    countHold(totals.unknownHolds, at - soloAt, 0);
    if (!this.#explained.any) return;
    const doer = { task: undefined, context: soloContext };
    this.#explained.happened(doer, `using ${totals.name}`, soloAt, at);
  }

  #detailReleased(note: HoldNote, detail: HoldDetail, at: number): void {
    detail.endedAt = at;
    detail.blameMs += this.#blame;
    if (detail.explanation !== undefined) {
      detail.explanation.stop();
      this.#explained.end(note);
    }
    if (detail.capture ?? detail.identity ?? detail.explanation) this.ledger.held(note);
    else {
      detail.told = true;
      countHold(note.instance.totals.unknownHolds, at - note.startedAt, detail.blameMs);
    }
  }

  // There was nothing left to look at this hold with: until when that is so. What there is room for in the flight recorder
  // meanwhile is put by.
  #spend(totals: Totals, at: number): void {
    totals.spentUntil = Math.min(this.#sites.noneForHoldUntil(totals, at), this.#handles.spentUntil);
  }

  #busy(totals: Totals, at: number): void {
    // From now on its holds are looked at with what all share.
    if (totals.busyUntil < at) totals.spentUntil = Number.NEGATIVE_INFINITY;
    totals.busyUntil = at + busyMs;
  }

  // Someone waits while it is held.
  #contended(hold: HoldNote, at: number): void {
    if (hold.contended) return;
    hold.contended = true;
    if (hold.instance.totals.explanations.take(at)) this.#explained.begin(hold, at);
  }

  #stands(note: WaitNote, at: number): void {
    const { holds, waiting } = note.instance;
    // Holds that begin while someone waits are known to be contended.
    if (waiting === 0) {
      for (let hold = holds.first; hold !== undefined; hold = hold.next) this.#contended(hold, at);
    }
    this.#spans.waitBegins(note, at);
  }

  #handedOver(note: WaitNote, at: number): void {
    this.#spans.granted(note, at);
    if (this.#handingOver === undefined) return;
    this.flight.handedOver(this.#handingOver, note);
    note.plan?.blockedBy(this.#handingOver);
  }

  #waitEnded(note: WaitNote, at: number, outcome: Outcome): void {
    note.waiter.note = undefined;
    this.flight.waitEnded(note, at, outcome);
    this.#spans.waitEnds(note, at);
    if (note.stake === undefined && note.plan === undefined) {
      this.ledger.countWait(note, at, outcome, noFrames);
    } else this.ledger.waited(note, at, outcome);
    if (this.#explained.any) this.#waited(note, at);
  }

  // To the hold that it got, the end of the wait is that its code did not run yet.
  #waited(note: WaitNote, at: number): void {
    const { hold, instance, startedAt, grantedAt } = note;
    hold?.detail?.explanation?.add(handingOff, grantedAt, at);
    this.#explained.happened(note, `waiting for ${instance.totals.name}`, startedAt, at, hold);
  }

  #overtaken(note: WaitNote, operation: string): void {
    note.overtaken++;
    this.#watcher.overtook(note, operation);
  }

  #heldBy(task: Task<unknown>, hold: HoldNote, patiently: boolean): void {
    let note = task.note;
    if (!(note instanceof TaskNote && note.era === this.#era)) note = task.note = new TaskNote(this.#era);
    const { holds } = note as TaskNote;
    if (holds.length > 0 && patiently)
      this.#watcher.nested(holds, hold.instance, () => hold.capture ?? captureSite(nestedDepth), task);
    holds.push(hold);
  }

  #heldNoMore(hold: HoldNote): void {
    const note = hold.task?.note;
    if (note instanceof TaskNote && note.era === this.#era) note.remove(hold);
  }

  #wants(task: Task<unknown>, instance: Instance, capture: Capture | undefined): void {
    const { note } = task;
    if (!(note instanceof TaskNote && note.era === this.#era) || note.holds.length === 0) return;
    this.#watcher.nested(note.holds, instance, () => capture ?? captureSite(nestedDepth), task);
  }

  #dropped(hold: HoldNote): void {
    if (hold.grant.live && hold.instance.owner === this.#era) this.#watcher.dropped(hold);
  }

  #flushSoon(): void {
    setImmediate(() => {
      try {
        this.flush();
      } catch (error) {
        dismiss(this, error);
      }
    });
  }

  #instanceOf(subject: Subject): Instance | undefined {
    let instance = subject.slot as Instance | undefined;
    if (instance?.owner !== this.#era) {
      if ((instance as unknown) === this) return undefined;
      instance = this.#adopt(subject);
    }
    if (instance?.listed === false) {
      instance.listed = true;
      if (this.listed.push(instance) % mostListed === 0) this.#flushSoon();
    }
    return instance;
  }

  // An excluded primitive carries the observer itself in its slot, as the mark that it is not to be measured.
  #adopt(subject: Subject): Instance | undefined {
    if (this.#settings.exclude.some((name) => matches(name, subject.name))) {
      subject.slot = this;
      return undefined;
    }
    const totals = this.#totalsOf(subject);
    if (subject.contents !== undefined) (totals.queues ??= new Queues()).add(subject.contents);
    const instance = new Instance(this.#era, totals);
    subject.slot = instance;
    return instance;
  }

  #totalsOf(subject: Subject): Totals {
    const name = subject.named ? lowCardinality(subject.name) : subject.name;
    const key = `${subject.type} ${name}`;
    const known = this.totals.get(key);
    if (known !== undefined) return known;
    const over = this.totals.size >= this.#settings.maxPrimitives;
    if (over) this.primitivesDropped++;
    const chosen = over ? `${subject.type} ${overflowName}` : key;
    const totals =
      this.totals.get(chosen) ?? new Totals(subject, over ? overflowName : name, this.#settings, this.#pace);
    this.totals.set(chosen, totals);
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

const noFrames: readonly Site[] = [];

// A check asks for it: its frames are on the stack, too.
const nestedDepth = 16;

/** For how long after someone waited the sites of all holds are looked up, within the budget. */
const busyMs = 5000;

// Whoever may give up is in no deadlock.
function isPatient({ timeout, signal }: WaitOptions): boolean {
  return timeout === undefined && signal === undefined;
}

function matches(pattern: string | RegExp, name: string): boolean {
  // `search` looks from the start, whatever the pattern's flags and lastIndex.
  return typeof pattern === "string" ? pattern === name : name.search(pattern) >= 0;
}
