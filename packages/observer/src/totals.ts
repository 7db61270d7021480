import type { Subject } from "@holdup/primitives";
import { Histogram, type Outcome, type Site } from "@holdup/protocol";
import type { Attention } from "./attention.ts";
import { Budget } from "./budget.ts";
import type { Activity } from "./explanation.ts";
import type { Charge } from "./matrix.ts";
import type { Settings } from "./options.ts";
import { whole, type Share } from "./pace.ts";
import type { Queues } from "./queue-level.ts";
import { attentionOf, reserveFor } from "./site-budget.ts";
import { isSame, keyOf } from "./site-key.ts";
import { SpanSampler } from "./span-sampler.ts";
import { StackBook } from "./stack-book.ts";

/** What is known of the operations from one site with one outcome. Counts only grow. */
export interface OperationRow {
  readonly operation: string;
  readonly outcome: Outcome;
  readonly site: Site | null;
  /** Operations that did not have to wait, and how many of them were collected. */
  uncontended: number;
  uncontendedTold: number;
  contended: number;
  blockedMs: number;
  /** Durations of those that waited, since the last collection, in seconds. */
  readonly waits: Histogram;
}

/** What is known of the holds taken at one site. Sums only grow. */
export interface HoldRow {
  readonly site: Site | null;
  count: number;
  holdMs: number;
  /** Waiting that these holds caused, open ones included as of the last flush. */
  blameMs: number;
  /** Durations since the last collection, in seconds. */
  readonly holds: Histogram;
  /** What the holders did while others waited, of the holds that were looked at, and how many those are. */
  activities: Map<string, { ms: number; toldMs: number }> | undefined;
  explained: number;
  explainedTold: number;
}

/** What one waiting site owes to one holding site. */
export interface Pair {
  readonly waiter: Site | null;
  /** "nobody": nobody held; null: the site of who held was not looked up. */
  readonly holder: Site | null | "nobody";
  ms: number;
  toldMs: number;
}

/**
 * The exact totals of all primitives of one type and name. They only grow; a measurement tells the
 * difference to the one before.
 */
export class Totals {
  readonly type: string;
  readonly name: string;
  readonly limit: number;
  readonly attributes: Subject["attributes"];
  /** All waiting up to now, pending included: the sum of what is blamed on holds and what on nobody. */
  blockedMs = 0;
  handoffMs = 0;
  holdMs = 0;
  unattributedMs = 0;
  waiting = 0;
  holding = 0;
  /** Ended holds that others waited for. */
  contendedHolds = 0;
  /** Its place in the flight recorder's table; negative: it has none yet. */
  flightIndex: number = -1;
  /** Since the last collection, in seconds. */
  readonly handoffs: Histogram = new Histogram();
  // Lists, not maps, and no longer than they must be: there are few of each, and thousands of primitives.
  operationRows: readonly OperationRow[] = [];
  holdRows: readonly HoldRow[] = [];
  /** How long readers stood behind a queued writer while others read, by the writer's site. */
  queuedWriters: readonly { readonly site: Site | null; ms: number }[] = [];
  /** Of queues, those themselves: made when the first is known. */
  queues: Queues | undefined = undefined;
  readonly stacks: StackBook = new StackBook();
  readonly sampler: SpanSampler;
  /** Its part of what is looked at. */
  readonly attention: Attention;
  /** Call sites that it may look up when what all share is used up. */
  readonly siteReserve: Budget;
  /** Holds that may be explained. */
  readonly explanations: Budget;
  /** Until when the sites of holds are worth looking up, since someone waited for one not long ago. */
  busyUntil: number = Number.NEGATIVE_INFINITY;
  /** Until when no call site may be looked up for who waits. */
  sitesSpentUntil: number = Number.NEGATIVE_INFINITY;
  /** Until when there is nothing left of what a hold may be looked at with. */
  spentUntil: number = Number.NEGATIVE_INFINITY;
  /** Sites, and pairs of sites, that were beyond the limit and count to the unknown one. */
  sitesDropped = 0;
  readonly #maxSites: number;
  #sites: readonly Site[] = [];
  // Made when they are needed: there are thousands of primitives, and most are waited for by nobody.
  #pairs: Map<string, Map<string, Pair>> | undefined;
  #unknownWaiters: Map<string, Pair> | undefined;
  #pairCount = 0;
  #recent: OperationRow | undefined;
  #recentGranted: OperationRow | undefined;
  #unknownHolds: HoldRow | undefined;

  constructor(subject: Subject, name: string, settings: Settings, pace: Share = whole) {
    this.type = subject.type;
    this.name = name;
    this.limit = subject.limit;
    this.attributes = subject.attributes;
    this.#maxSites = settings.maxSites;
    this.sampler = new SpanSampler(settings.spansPerSecond, pace);
    this.attention = attentionOf(settings.sitesPerSecond, pace);
    this.siteReserve = reserveFor(this.attention, settings.sitesPerSecond);
    this.explanations = new Budget(explainedHolds, explainedHolds, pace);
  }

  operationRow(operation: string, outcome: Outcome, site: Site | null): OperationRow {
    const recent = this.#recent;
    if (site === null && recent?.operation === operation && recent.outcome === outcome) return recent;
    const row = this.#operationRow(operation, outcome, site);
    // Built keys are dear; without sites one row is asked for again and again.
    if (row.site === null) this.#recent = row;
    return row;
  }

  #operationRow(operation: string, outcome: Outcome, site: Site | null): OperationRow {
    const known = this.#admit(site);
    let row = this.operationRows.find(
      (one) => one.operation === operation && one.outcome === outcome && isSame(one.site, known),
    );
    if (row === undefined) {
      row = {
        operation,
        outcome,
        site: known,
        uncontended: 0,
        uncontendedTold: 0,
        contended: 0,
        blockedMs: 0,
        waits: new Histogram(),
      };
      this.operationRows = [...this.operationRows, row];
    }
    return row;
  }

  holdRow(site: Site | null): HoldRow {
    const known = this.#admit(site);
    let row = this.holdRows.find((one) => isSame(one.site, known));
    if (row === undefined) {
      row = {
        site: known,
        count: 0,
        holdMs: 0,
        blameMs: 0,
        holds: new Histogram(),
        activities: undefined,
        explained: 0,
        explainedTold: 0,
      };
      this.holdRows = [...this.holdRows, row];
    }
    return row;
  }

  /** Counts an operation that did not wait and whose site was not looked up: the hot path, so no key is built. */
  countUnknown(operation: string): void {
    let row = this.#recentGranted;
    if (row?.operation !== operation) {
      row = this.operationRow(operation, "granted", null);
      this.#recentGranted = row;
    }
    row.uncontended++;
  }

  /** The row of holds whose site was not looked up. */
  get unknownHolds(): HoldRow {
    this.#unknownHolds ??= this.holdRow(null);
    return this.#unknownHolds;
  }

  /** Adds what a waiting site owes to a holding site. */
  charge({ waiter, holder, ms }: Charge): void {
    const known = this.#admit(waiter);
    // Not kept apart: it stays with the unknown waiters, which are what is left of the holder's blame.
    if (known === null) return;
    const who = holder === null ? "nobody" : this.#admit(holder ?? null);
    const pair = this.#pair(known, who);
    if (pair === undefined) this.sitesDropped++;
    else pair.ms += ms;
  }

  /** Adds how long readers stood behind a writer of this site (see `queued-writers.ts`). */
  stoodBehind(site: Site | null, ms: number): void {
    const known = this.#admit(site);
    const row = this.queuedWriters.find((one) => isSame(one.site, known));
    if (row !== undefined) row.ms += ms;
    else this.queuedWriters = [...this.queuedWriters, { site: known, ms }];
  }

  /** Adds what a holder did while others waited. */
  explained(site: Site | null, activities: readonly Activity[]): void {
    const row = this.holdRow(site);
    row.explained++;
    row.activities ??= new Map();
    for (const { name, ms } of activities) {
      // Names may come from spans: bounded, so that the sums stay whole.
      const kept = row.activities.has(name) || row.activities.size < mostActivities ? name : "other";
      const sum = row.activities.get(kept) ?? { ms: 0, toldMs: 0 };
      sum.ms += ms;
      row.activities.set(kept, sum);
    }
  }

  /** How many operations have ended, and how many of them had to wait. */
  get counts(): { operations: number; contended: number } {
    let operations = 0;
    let contended = 0;
    for (const row of this.operationRows.values()) {
      operations += row.uncontended + row.contended;
      contended += row.contended;
    }
    return { operations, contended };
  }

  /**
   * All waiting, by who waited and who held. What isn't known of a waiter is what its holder's blame has left:
   * the sum over waiters is each holder's blame, and over all it is `blockedMs`.
   */
  pairs(): Pair[] {
    const known = [...(this.#pairs?.values() ?? [])].flatMap((row) => [...row.values()]);
    const left = new Map<string, number>([["nobody", this.unattributedMs]]);
    for (const row of this.holdRows.values()) left.set(holderKey(row.site), row.blameMs);
    for (const { holder, ms } of known) left.set(holderKey(holder), (left.get(holderKey(holder)) ?? 0) - ms);
    const unknown = this.holdRows.flatMap((row) => this.#unknownWaiter(row.site, left));
    return [...known, ...unknown, ...this.#unknownWaiter("nobody", left)];
  }

  #unknownWaiter(holder: Pair["holder"], left: ReadonlyMap<string, number>): Pair[] {
    const key = holderKey(holder);
    const ms = left.get(key) ?? 0;
    let pair = this.#unknownWaiters?.get(key);
    if (pair === undefined) {
      if (ms === 0) return [];
      pair = { waiter: null, holder, ms, toldMs: 0 };
      this.#unknownWaiters ??= new Map();
      this.#unknownWaiters.set(key, pair);
    }
    pair.ms = ms;
    return [pair];
  }

  #pair(waiter: Site, holder: Pair["holder"]): Pair | undefined {
    this.#pairs ??= new Map();
    const row = this.#pairs.get(keyOf(waiter)) ?? new Map<string, Pair>();
    const key = holderKey(holder);
    let pair = row.get(key);
    if (pair === undefined) {
      if (this.#pairCount >= mostPairs) return undefined;
      this.#pairCount++;
      pair = { waiter, holder, ms: 0, toldMs: 0 };
      row.set(key, pair);
      this.#pairs.set(keyOf(waiter), row);
    }
    return pair;
  }

  // Bounded: a site beyond the limit is the unknown one, so that the sums stay exact.
  #admit(site: Site | null): Site | null {
    if (site === null) return null;
    const known = this.#sites.find((one) => isSame(one, site));
    if (known !== undefined) return known;
    if (this.#sites.length >= this.#maxSites) {
      this.sitesDropped++;
      return null;
    }
    this.#sites = [...this.#sites, site];
    return site;
  }
}

/** Holds a second, of each primitive, whose time is looked into. */
const explainedHolds = 20;

/** Activities told apart for one holding site. */
const mostActivities = 24;

/** Pairs of a waiting and a holding site told apart for one primitive. */
const mostPairs = 512;

function holderKey(holder: Pair["holder"]): string {
  return holder === "nobody" ? "nobody" : keyOf(holder);
}
