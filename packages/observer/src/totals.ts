import type { Subject } from "@holdup/primitives";
import { Histogram, type Outcome, type Site } from "@holdup/protocol";
import { Budget } from "./budget.ts";
import type { Settings } from "./options.ts";

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
  /** Waiting that these holds caused, open ones included as of the last flush, and how much was collected. */
  blameMs: number;
  blameTold: number;
  /** Durations since the last collection, in seconds. */
  readonly holds: Histogram;
}

/**
 * The exact totals of all primitives of one type and name. They only grow; `collect` tells the
 * difference to the time before.
 */
export class Totals {
  readonly type: string;
  readonly name: string;
  readonly limit: number;
  readonly attributes: Subject["attributes"];
  operations = 0;
  contended = 0;
  /** All waiting up to now, pending included: the sum of what is blamed on holds and what on nobody. */
  blockedMs = 0;
  handoffMs = 0;
  holdMs = 0;
  unattributedMs = 0;
  unattributedTold = 0;
  waiting = 0;
  holding = 0;
  /** Since the last collection, in seconds. */
  readonly handoffs: Histogram = new Histogram();
  readonly operationRows: Map<string, OperationRow> = new Map<string, OperationRow>();
  readonly holdRows: Map<string, HoldRow> = new Map<string, HoldRow>();
  readonly spanBudget: Budget;
  /** Call sites that it may look up when what all share is used up. */
  readonly siteReserve: Budget;
  readonly #maxSites: number;
  readonly #sites = new Set<string>();
  #recent: OperationRow | undefined;
  #unknownHolds: HoldRow | undefined;
  /** Sites that were beyond the limit and count to the unknown one. */
  sitesDropped = 0;

  constructor(subject: Subject, name: string, settings: Settings) {
    this.type = subject.type;
    this.name = name;
    this.limit = subject.limit;
    this.attributes = subject.attributes;
    this.#maxSites = settings.maxSites;
    this.spanBudget = new Budget(settings.spansPerSecond);
    this.siteReserve = new Budget(reservedSites);
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
    const key = `${operation} ${outcome} ${keyOf(known)}`;
    let row = this.operationRows.get(key);
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
      this.operationRows.set(key, row);
    }
    return row;
  }

  holdRow(site: Site | null): HoldRow {
    const known = this.#admit(site);
    const key = keyOf(known);
    let row = this.holdRows.get(key);
    if (row === undefined) {
      row = { site: known, count: 0, holdMs: 0, blameMs: 0, blameTold: 0, holds: new Histogram() };
      this.holdRows.set(key, row);
    }
    return row;
  }

  /** Counts an operation that did not wait and whose site was not looked up: the hot path, so no key is built. */
  countUnknown(operation: string): void {
    this.operationRow(operation, "granted", null).uncontended++;
  }

  /** The row of holds whose site was not looked up. */
  get unknownHolds(): HoldRow {
    this.#unknownHolds ??= this.holdRow(null);
    return this.#unknownHolds;
  }

  // Bounded: a site beyond the limit is the unknown one, so that the sums stay exact.
  #admit(site: Site | null): Site | null {
    if (site === null) return null;
    const key = keyOf(site);
    if (this.#sites.has(key)) return site;
    if (this.#sites.size >= this.#maxSites) {
      this.sitesDropped++;
      return null;
    }
    this.#sites.add(key);
    return site;
  }
}

/** Call sites a second that each primitive has for itself. */
const reservedSites = 10;

/** What makes two sites the same. */
export function keyOf(site: Site | null): string {
  return site === null ? "" : `${site.filePath}:${site.lineNumber}:${site.functionName}`;
}
