import { notSampled, type Site } from "@holdup/protocol";
import type { Capture } from "./call-site.ts";
import { instanceNumber } from "./instance-number.ts";
import type { Instance } from "./instance.ts";
import type { HoldNote, WaitNote } from "./notes.ts";
import { keyOf } from "./site-key.ts";
import type { Pair, Totals } from "./totals.ts";

/** What an observed program waits for and holds right now, and each primitive's totals. Durations in ms. */
export interface Snapshot {
  /** Unix ms. */
  readonly time: number;
  readonly primitives: PrimitiveSnapshot[];
}

/**
 * All primitives of one type and name. Sums are exact, pending waits and open holds included:
 * Σ byHolder.blameMs + unattributedMs = blockedMs. The split by site may be sampled; what was not
 * looked up is in the row with the site null.
 */
export interface PrimitiveSnapshot {
  readonly name: string;
  readonly type: string;
  /** Operations that ended, those that did not have to wait included. */
  readonly operations: number;
  readonly contended: number;
  readonly blockedMs: number;
  readonly handoffMs: number;
  readonly holdMs: number;
  readonly unattributedMs: number;
  readonly holders: HolderSnapshot[];
  readonly waiters: WaiterSnapshot[];
  readonly byWaiter: {
    readonly site: Site | null;
    readonly operations: number;
    readonly blockedMs: number;
  }[];
  readonly byHolder: {
    readonly site: Site | null;
    readonly holds: number;
    readonly holdMs: number;
    readonly blameMs: number;
  }[];
  /**
   * All waiting by who waited and who held: Σ blockedMs = blockedMs of the whole. `waiter` null: not looked up;
   * `holder` null: nobody held; a holder that was not looked up has the function name `(not sampled)`.
   */
  readonly matrix: {
    readonly waiter: Site | null;
    readonly holder: Site | null;
    readonly blockedMs: number;
  }[];
  /**
   * Of a lock for readers and writers: how much of `blockedMs` readers waited only because a writer was queued before
   * them, while others read. The holders' blame contains it; here it is by the site of the writer.
   */
  readonly queuedWriters: { readonly site: Site | null; readonly blockedMs: number }[];
}

/** Who holds and who waits for one object: several primitives may have one name. */
export interface LiveSnapshot extends Pick<PrimitiveSnapshot, "name" | "type" | "holders" | "waiters"> {
  /** Tells it apart from others in this process, from one snapshot to the next. */
  readonly object: number;
}

/** Who holds. */
export interface HolderSnapshot {
  readonly task: string | null;
  /** Names of tasks repeat; ids don't. */
  readonly taskId: string | null;
  readonly site: Site | null;
  readonly sinceMs: number;
}

/** Who waits. */
export interface WaiterSnapshot extends HolderSnapshot {
  readonly operation: string;
}

/** Who holds and who waits for the primitives that anyone waits for: the first `limit` of all of one name. */
export function takeLive(
  live: readonly Instance[],
  limit: number,
  at: number,
  siteOf: SiteOf,
): LiveSnapshot[] {
  const waited = live.filter(({ waiting }) => waiting > 0);
  return Array.from(Map.groupBy(waited, ({ totals }) => totals).values()).flatMap((alike) =>
    takeAlike(alike, limit, at, siteOf),
  );
}

function takeAlike(alike: readonly Instance[], limit: number, at: number, siteOf: SiteOf): LiveSnapshot[] {
  const taken: LiveSnapshot[] = [];
  let holders = 0;
  let waiters = 0;
  for (const instance of alike) {
    if (waiters === limit) break;
    const holds = first(instance.holds, limit - holders);
    const waits = first(instance.waits, limit - waiters);
    holders += holds.length;
    waiters += waits.length;
    taken.push({
      name: instance.totals.name,
      type: instance.totals.type,
      object: instanceNumber(instance),
      holders: holds.map((hold) => holder(hold, at, siteOf)),
      waiters: waits.map((wait) => waiter(wait, at, siteOf)),
    });
  }
  return taken;
}

function first<Note>(notes: Iterable<Note>, limit: number): Note[] {
  const found: Note[] = [];
  for (const note of notes) {
    if (found.length >= limit) break;
    found.push(note);
  }
  return found;
}

function holder(hold: HoldNote, at: number, siteOf: SiteOf): HolderSnapshot {
  const { task, capture, startedAt } = hold;
  return {
    task: task?.name ?? null,
    taskId: task?.id ?? null,
    site: siteOf(capture),
    sinceMs: at - startedAt,
  };
}

function waiter(wait: WaitNote, at: number, siteOf: SiteOf): WaiterSnapshot {
  return {
    task: wait.task?.name ?? null,
    taskId: wait.task?.id ?? null,
    site: siteOf(wait.capture),
    sinceMs: at - wait.startedAt,
    operation: wait.operation,
  };
}

type SiteOf = (capture: Capture | undefined) => Site | null;

/** Puts totals and live state together, as of the time up to which both were reckoned. */
export function takeSnapshot(
  totals: Iterable<Totals>,
  live: readonly Instance[],
  at: number,
  siteOf: SiteOf,
): Snapshot {
  const byTotals = Map.groupBy(live, (instance) => instance.totals);
  const primitives = Array.from(totals, (total) => primitive(total, byTotals.get(total) ?? [], at, siteOf));
  return { time: Date.now(), primitives };
}

function primitive(totals: Totals, live: readonly Instance[], at: number, siteOf: SiteOf): PrimitiveSnapshot {
  const { name, type, blockedMs, handoffMs, holdMs, unattributedMs } = totals;
  const { operations, contended } = totals.counts;
  const waits = live.flatMap((instance) => [...instance.waits]);
  const holds = live.flatMap((instance) => [...instance.holds]);
  return {
    name,
    type,
    operations,
    contended,
    blockedMs,
    handoffMs,
    holdMs,
    unattributedMs,
    holders: holds.map((hold) => holder(hold, at, siteOf)),
    waiters: waits.map((wait) => waiter(wait, at, siteOf)),
    byWaiter: byWaiter(totals, waits, at, siteOf),
    byHolder: Array.from(totals.holdRows.values(), (row) => ({
      site: row.site,
      holds: row.count,
      holdMs: row.holdMs,
      blameMs: row.blameMs,
    })),
    matrix: totals
      .pairs()
      .filter(({ ms }) => ms > 0)
      .map(({ waiter: waiting, holder: holding, ms }) => ({
        waiter: waiting,
        holder: holderSite(holding),
        blockedMs: ms,
      })),
    queuedWriters: totals.queuedWriters.map(({ site, ms }) => ({ site, blockedMs: ms })),
  };
}

function holderSite(holding: Pair["holder"]): Site | null {
  if (holding === "nobody") return null;
  return holding ?? { functionName: notSampled, filePath: notSampled, lineNumber: 0 };
}

function byWaiter(
  totals: Totals,
  pending: readonly WaitNote[],
  at: number,
  siteOf: SiteOf,
): PrimitiveSnapshot["byWaiter"] {
  const rows = new Map<string, { site: Site | null; operations: number; blockedMs: number }>();
  const rowOf = (site: Site | null) => {
    const key = keyOf(site);
    const row = rows.get(key) ?? { site, operations: 0, blockedMs: 0 };
    rows.set(key, row);
    return row;
  };
  for (const { site, uncontended, contended, blockedMs } of totals.operationRows.values()) {
    const row = rowOf(site);
    row.operations += uncontended + contended;
    row.blockedMs += blockedMs;
  }
  for (const wait of pending) rowOf(siteOf(wait.capture)).blockedMs += at - wait.startedAt;
  return [...rows.values()];
}
