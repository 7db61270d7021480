/** From the totals of series to ranked hot spots, in one of three groupings. */

import type { Grouping, MatrixEntry, Site } from "@holdup/protocol";
import { hotSpotKey, longestActivities } from "@holdup/protocol";
import {
  blameOf,
  heaviest,
  matrixOf,
  mostBlamed,
  mostDelayed,
  ofHolder,
  ofWaiter,
  noBlame,
} from "./matrix.ts";
import type { Series } from "./rollup.ts";
import { compareSites, isKnown, siteKey } from "./site.ts";
import type { HotSpotPage, StoredHotSpot } from "./store.ts";
import { Totals } from "./totals.ts";

/** One series and what was measured of it in the time asked for. */
export interface SeriesTotals {
  readonly series: Series;
  readonly totals: Totals;
}

/** The totals at one site. */
interface SiteTotals {
  readonly site: Site | null;
  readonly totals: Totals;
}

/** All series of one primitive, added up as a whole and by site. */
export interface PrimitiveTotals {
  readonly service: string;
  readonly type: string;
  readonly name: string;
  readonly whole: Totals;
  readonly waiters: readonly SiteTotals[];
  readonly holders: readonly SiteTotals[];
  /** Who waited because of whom; older programs don't tell who waited. */
  readonly matrix: readonly MatrixEntry[];
  /** False: its program sends no metrics, all this is reckoned from sampled spans. */
  readonly exact: boolean;
}

/**
 * The hot spots of some series, the costliest first. Figures that a grouping can't split are the whole
 * primitive's: holds by waiter, operations and waits by holder.
 */
export function hotSpots(series: Iterable<SeriesTotals>, by: Grouping): StoredHotSpot[] {
  const figures = byPrimitive(series).flatMap((primitive) => grouped(primitive, by));
  const blame = figures.reduce((sum, { blameSeconds }) => sum + blameSeconds, 0);
  return figures.map((figure) => hotSpot(figure, blame)).toSorted(costliestFirst);
}

/** So many of the rows, from where the page before ended; its cursor is the number of rows before. */
export function pageOf(
  rows: readonly StoredHotSpot[],
  limit: number,
  cursor: string | undefined,
): HotSpotPage {
  const start = Number(cursor ?? 0);
  const end = start + limit;
  return {
    items: rows.slice(start, end),
    next: end < rows.length ? String(end) : null,
    total: rows.length,
  };
}

/** The one that is meant where primitives of several types share a name. */
export function mostBlamedOf(primitives: readonly PrimitiveTotals[]): PrimitiveTotals | undefined {
  const [most] = primitives.toSorted(
    (a, b) => b.whole.blameSeconds - a.whole.blameSeconds || compareKeys(a.type, b.type),
  );
  return most;
}

/** Series added up to primitives. */
export function byPrimitive(series: Iterable<SeriesTotals>): PrimitiveTotals[] {
  const primitives = new Map<string, SeriesTotals[]>();
  for (const item of series) {
    const { service, type, name } = item.series;
    const key = hotSpotKey({ service, primitive: { type, name } });
    const group = primitives.get(key);
    if (group === undefined) primitives.set(key, [item]);
    else group.push(item);
  }
  return [...primitives.values()].map(addUp);
}

/** Of one primitive's series those that count: estimates only if no waits were measured. */
export function believed(all: readonly SeriesTotals[]): readonly SeriesTotals[] {
  const measured = all.filter(({ series }) => series.estimated !== true);
  return measured.some(({ totals }) => totals.wait.count > 0) ? measured : all;
}

function addUp(all: readonly SeriesTotals[]): PrimitiveTotals {
  const [{ series }] = all as [SeriesTotals];
  const { service, type, name } = series;
  const group = believed(all);
  const exact = !group.some((item) => item.series.estimated);
  const waits = group.filter(({ totals }) => totals.wait.count > 0);
  const holds = group.filter(({ totals }) => isOfHolders(totals));
  return {
    service,
    type,
    name,
    whole: addAll(group),
    waiters: bySite(waits, (item) => item.waiterSite),
    holders: bySite(holds, (item) => item.holderSite),
    matrix: matrixOf(group),
    exact,
  };
}

function isOfHolders({ hold, blameSeconds, activities }: Totals): boolean {
  return hold.count > 0 || blameSeconds > noBlame || activities !== undefined;
}

function bySite(group: readonly SeriesTotals[], siteOf: (series: Series) => Site | null): SiteTotals[] {
  const sites = new Map<string, SiteTotals>();
  for (const { series, totals } of group) {
    const site = siteOf(series);
    const key = siteKey(site);
    const known = sites.get(key) ?? { site, totals: new Totals() };
    known.totals.merge(totals);
    sites.set(key, known);
  }
  return [...sites.values()];
}

function addAll(group: readonly SeriesTotals[]): Totals {
  const whole = new Totals();
  for (const { totals } of group) whole.merge(totals);
  return whole;
}

/** Where the figures of one row come from. */
interface Figure {
  readonly primitive: PrimitiveTotals;
  readonly waiterSite: Site | null;
  readonly holderSite: Site | null;
  readonly counts: Pick<Totals, "operations" | "contended">;
  readonly waiting: Totals;
  readonly holding: Totals;
  readonly blameSeconds: number;
}

function grouped(primitive: PrimitiveTotals, by: Grouping): Figure[] {
  if (by === "waiter") return figuresByWaiter(primitive);
  const { whole, waiters, holders, matrix } = primitive;
  const waiterSite = mostWaiting(waiters) ?? mostDelayed(matrix);
  if (by === "holder") {
    return holders.map(({ site, totals }) => ({
      primitive,
      waiterSite: mostDelayed(ofHolder(matrix, site)) ?? waiterSite,
      holderSite: site,
      counts: whole,
      waiting: whole,
      holding: totals,
      blameSeconds: totals.blameSeconds,
    }));
  }
  const holderSite = mostBlamed(matrix);
  const { blameSeconds } = whole;
  return [{ primitive, waiterSite, holderSite, counts: whole, waiting: whole, holding: whole, blameSeconds }];
}

// Where programs tell who waited because of whom, that is what a row has; else all waiting is blamed on someone.
function figuresByWaiter(primitive: PrimitiveTotals): Figure[] {
  const { whole, waiters, matrix } = primitive;
  const told = matrix.some(({ waiterSite }) => waiterSite !== null);
  const rows = told ? withBlamed(waiters, matrix) : waiters;
  return rows.map(({ site, totals }) => {
    const own = told ? ofWaiter(matrix, site) : matrix;
    return {
      primitive,
      waiterSite: site,
      holderSite: mostBlamed(own),
      // The counter tells no site: it would count all operations again where there is none.
      counts: totals.timed,
      waiting: totals,
      holding: whole,
      blameSeconds: told ? blameOf(own) : totals.wait.sum,
    };
  });
}

// Who still waits has blamed someone, though no wait of theirs has ended.
function withBlamed(waiters: readonly SiteTotals[], matrix: readonly MatrixEntry[]): SiteTotals[] {
  const sites = new Map(waiters.map((waiter) => [siteKey(waiter.site), waiter]));
  for (const { waiterSite: site } of matrix) {
    if (!sites.has(siteKey(site))) sites.set(siteKey(site), { site, totals: new Totals() });
  }
  return [...sites.values()];
}

function hotSpot(figure: Figure, blameOfAll: number): StoredHotSpot {
  const { primitive, waiterSite, holderSite, counts, waiting, holding, blameSeconds } = figure;
  const { exact } = primitive;
  const holder = primitive.holders.find(({ site }) => siteKey(site) === siteKey(holderSite));
  const held = holder?.totals.activities?.at(holderSite);
  return {
    service: primitive.service,
    primitive: { name: primitive.name, type: primitive.type },
    waiterSite,
    holderSite,
    operations: exact ? counts.operations : Math.round(counts.operations),
    contended: exact ? counts.contended : Math.round(counts.contended),
    waitSeconds: waiting.wait.sum,
    waitP50: waiting.wait.quantile(0.5),
    waitP99: waiting.wait.quantile(0.99),
    holdSeconds: holding.hold.sum,
    holdP99: holding.hold.quantile(0.99),
    blameSeconds,
    ...(held === undefined ? {} : { held: longestActivities(held) }),
    share: blameOfAll > 0 ? blameSeconds / blameOfAll : 0,
    exact,
  };
}

// Sites are sampled, so most waiting may well be at none; a known one says where to look. Where nobody waited,
// the site known to be used most says more than none.
function mostWaiting(sites: readonly SiteTotals[]): Site | null {
  const known = sites.filter(({ site }) => isKnown(site));
  const best =
    heaviest(known, ({ totals }) => totals.wait.sum) ?? heaviest(known, ({ totals }) => totals.wait.count);
  return best?.site ?? null;
}

function costliestFirst(a: StoredHotSpot, b: StoredHotSpot): number {
  return (
    b.blameSeconds - a.blameSeconds ||
    b.waitSeconds - a.waitSeconds ||
    b.operations - a.operations ||
    compareKeys(hotSpotKey(a), hotSpotKey(b)) ||
    compareSites(a.waiterSite, b.waiterSite) ||
    compareSites(a.holderSite, b.holderSite)
  );
}

function compareKeys(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
