import type { Outcome, Site } from "@holdup/protocol";
import { framesOf, type Capture } from "./call-site.ts";
import type { Instance } from "./instance.ts";
import { charges, type HoldSlice, type WaitSlice } from "./matrix.ts";
import { HoldDetail, type HoldNote, type Stake, type WaitNote } from "./notes.ts";
import type { Settings } from "./options.ts";
import { holdRecord, identify, isKept, waitRecord, type SpanRecord } from "./span-record.ts";
import type { HoldRow, Totals } from "./totals.ts";

interface EndedWait {
  readonly note: WaitNote;
  readonly endedAt: number;
  readonly outcome: Outcome;
}

interface Slices {
  readonly waits: WaitSlice[];
  readonly holds: HoldSlice[];
}

/**
 * What is accounted for later, off the hot path: everything that has a captured stack, which is to be read first,
 * and what becomes a span.
 */
export class Ledger {
  /** Spans for which there was no room until they were taken. */
  spansDropped = 0;
  readonly #settings: Settings;
  readonly #on: { readonly full: () => void; readonly overfull: () => void };
  readonly #most: number;
  #taken: HoldNote[] = [];
  #waits: EndedWait[] = [];
  #holds: HoldNote[] = [];
  #withdrawn: HoldNote[] = [];
  #spans: SpanRecord[] = [];
  #entries = 0;
  // Waits and holds that are to become spans with the next flush, or later.
  #chosen = 0;

  /**
   * `full` is called when `most` entries wait to be flushed; `overfull` when they are eight times as many: the event loop
   * has not had its turn.
   */
  constructor(settings: Settings, most: number, on: { full: () => void; overfull: () => void }) {
    this.#settings = settings;
    this.#most = most;
    this.#on = on;
  }

  /** A hold was taken without waiting. */
  taken(note: HoldNote): void {
    this.#taken.push(note);
    this.#entered();
  }

  /** A wait has ended. */
  waited(note: WaitNote, endedAt: number, outcome: Outcome): void {
    if (note.plan?.identity !== undefined) this.#chosen++;
    this.#waits.push({ note, endedAt, outcome });
    this.#entered();
  }

  /** A hold has ended. */
  held(note: HoldNote): void {
    this.#holds.push(note);
    this.#entered();
  }

  /** A hold was none: what it is to blame for is nobody's. */
  withdraw(note: HoldNote): void {
    note.detail ??= new HoldDetail(note.instance, undefined);
    note.detail.withdrawn = true;
    this.#withdrawn.push(note);
  }

  /** Whether there is no room for the span of one more wait. */
  get full(): boolean {
    return this.#spans.length + this.#chosen >= this.#settings.maxSpans;
  }

  /** For a wait that was to become a span there was no room, and so for these holds that it waited behind. */
  lost(blockers: readonly HoldNote[]): void {
    this.spansDropped++;
    for (const { context, detail } of blockers) {
      if (detail === undefined || detail.identity !== undefined || detail.lost || detail.withdrawn) continue;
      detail.lost = true;
      if (isKept(context, this.#settings.followParent)) this.spansDropped++;
    }
  }

  /** Has a hold become a span, when it ends or now if it has. */
  identify(hold: HoldNote, chance: number): void {
    hold.detail ??= new HoldDetail(hold.instance, undefined);
    const { detail } = hold;
    if (detail.identity !== undefined || detail.withdrawn) return;
    detail.identity = identify(hold.context, this.#settings.followParent);
    detail.chance = chance;
    if (detail.identity === undefined) return;
    if (!detail.told) this.#chosen++;
    else this.#addSpan(holdRecord(hold, detail, detail.identity, this.#frames(detail.capture)[0] ?? null));
  }

  /** The spans that are ready; they are taken from here. */
  takeSpans(): SpanRecord[] {
    const spans = this.#spans;
    this.#spans = [];
    return spans;
  }

  /** Counts an ended wait whose frames are known, or never will be. */
  countWait(note: WaitNote, endedAt: number, outcome: Outcome, frames: readonly Site[]): void {
    const { totals } = note.instance;
    const site = frames[0] ?? null;
    const blockedMs = (Number.isNaN(note.grantedAt) ? endedAt : note.grantedAt) - note.startedAt;
    const row = totals.operationRow(note.operation, outcome, site);
    row.contended++;
    row.blockedMs += blockedMs;
    row.waits.record((endedAt - note.startedAt) / 1000);
    const stack = totals.stacks.row(frames);
    stack.waits++;
    stack.blockedMs += blockedMs;
  }

  /** Counts all that has ended, and what is open up to now. The open instances are accounted for up to now. */
  flush(open: readonly Instance[]): void {
    this.#entries = 0;
    const slices = new Map<Instance, Slices>();
    this.#flushTaken();
    this.#flushWaits(slices);
    this.#flushHolds(slices);
    for (const instance of open) this.#flushOpen(instance, slices);
    for (const [{ totals }, { waits, holds }] of slices) {
      for (const charge of charges(waits, holds)) totals.charge(charge);
    }
  }

  #flushTaken(): void {
    const taken = this.#taken;
    this.#taken = [];
    for (const { instance, operation, detail } of taken) {
      const site = this.#frames(detail?.capture)[0] ?? null;
      instance.totals.operationRow(operation, "granted", site).uncontended++;
    }
  }

  #flushWaits(slices: Map<Instance, Slices>): void {
    const waits = this.#waits;
    this.#waits = [];
    this.#chosen = 0;
    for (const { note, endedAt, outcome } of waits) {
      const { instance, stake, plan } = note;
      const frames = this.#frames(stake?.capture);
      const site = frames[0] ?? null;
      this.countWait(note, endedAt, outcome, frames);
      if (stake !== undefined) countReaders(instance.totals, stake, site);
      if (plan?.identity !== undefined)
        this.#addSpan(waitRecord(note, plan, plan.identity, endedAt, outcome, site));
      if (site !== null && stake !== undefined) slicesOf(slices, instance).waits.push(sliceOf(stake, site));
      note.plan = undefined;
    }
  }

  #flushHolds(slices: Map<Instance, Slices>): void {
    const [holds, withdrawn] = [this.#holds, this.#withdrawn];
    this.#holds = [];
    this.#withdrawn = [];
    for (const note of holds) {
      const detail = note.detail as HoldDetail;
      const frames = this.#frames(detail.capture);
      const site = frames[0] ?? null;
      this.#countHold(note, detail, site, frames);
      detail.told = true;
      if (detail.identity !== undefined) this.#addSpan(holdRecord(note, detail, detail.identity, site));
      if (site !== null) slicesOf(slices, note.instance).holds.push(pieceOf(note, detail, site));
    }
    for (const note of withdrawn) {
      slicesOf(slices, note.instance).holds.push(pieceOf(note, note.detail as HoldDetail, null));
    }
  }

  #countHold(note: HoldNote, detail: HoldDetail, site: Site | null, frames: readonly Site[]): void {
    const { totals } = note.instance;
    countHold(totals.holdRow(site), detail.endedAt - note.startedAt, detail.blameMs);
    const stack = totals.stacks.row(frames);
    if (note.contended) stack.holds++;
    stack.blameMs += detail.blameMs;
    if (detail.explanation !== undefined) totals.explained(site, detail.explanation.end(detail.endedAt));
  }

  #flushOpen(instance: Instance, slices: Map<Instance, Slices>): void {
    const { totals, holds, stakes } = instance;
    for (let note = holds.first; note !== undefined; note = note.next) {
      const blame = note.takeBlame();
      if (blame > 0) {
        const frames = this.#frames(note.detail?.capture);
        totals.holdRow(frames[0] ?? null).blameMs += blame;
        totals.stacks.row(frames).blameMs += blame;
      }
      const { detail } = note;
      const site = this.#frames(detail?.capture)[0];
      if (detail === undefined || site === undefined) continue;
      slicesOf(slices, instance).holds.push(pieceOf(note, detail, site));
    }
    for (const stake of stakes) {
      const site = this.#frames(stake.capture)[0];
      countReaders(totals, stake, site ?? null);
      if (site !== undefined) slicesOf(slices, instance).waits.push(openSliceOf(stake, site, instance));
    }
  }

  #frames(capture: Capture | undefined): readonly Site[] {
    return capture === undefined ? [] : framesOf(capture, this.#settings.root);
  }

  #addSpan(record: SpanRecord): void {
    if (this.#spans.length < this.#settings.maxSpans) this.#spans.push(record);
    else this.spansDropped++;
  }

  #entered(): void {
    this.#entries++;
    if (this.#entries === this.#most) this.#on.full();
    else if (this.#entries === 8 * this.#most) this.#on.overfull();
  }
}

/** Counts an ended hold. */
export function countHold(row: HoldRow, ms: number, blameMs: number): void {
  row.count++;
  row.holdMs += ms;
  row.blameMs += blameMs;
  row.holds.record(ms / 1000);
}

function countReaders(totals: Totals, stake: Stake, site: Site | null): void {
  if (stake.readersMs > 0) totals.stoodBehind(site, stake.readersMs);
  stake.readersMs = 0;
}

function slicesOf(slices: Map<Instance, Slices>, instance: Instance): Slices {
  let known = slices.get(instance);
  if (known === undefined) {
    known = { waits: [], holds: [] };
    slices.set(instance, known);
  }
  return known;
}

function sliceOf(stake: Stake, site: Site): WaitSlice {
  return slice(stake, site, stake.reachAtEnd, stake.heldMsAtEnd, stake.nobodyMsAtEnd);
}

// What is charged now is not charged again.
function openSliceOf(stake: Stake, site: Site, { reach, heldMs, nobodyMs }: Instance): WaitSlice {
  const charged = slice(stake, site, reach, heldMs, nobodyMs);
  stake.reach = reach;
  stake.heldMs = heldMs;
  stake.nobodyMs = nobodyMs;
  return charged;
}

function slice(stake: Stake, site: Site, to: number, heldMs: number, nobodyMs: number): WaitSlice {
  const { reach: from } = stake;
  return { site, from, to, heldMs: heldMs - stake.heldMs, nobodyMs: nobodyMs - stake.nobodyMs };
}

function pieceOf(note: HoldNote, detail: HoldDetail, site: Site | null): HoldSlice {
  const to = Number.isNaN(detail.reachAtEnd) ? note.instance.reach : detail.reachAtEnd;
  return { site, permits: note.grant.permits, from: detail.reach, to };
}
