/**
 * Figures added up to coarser buckets: the tiers above the rows themselves. Each is a projection of the one table,
 * which the engine keeps in the same part as the rows that it adds up: a batch is in all tiers or in none, once, and
 * whatever part has no projection is answered from its rows. The finer tiers have no sketches: they would take more room
 * than the rows.
 */

import { bucketMs, sketchParts, slotMs } from "./clickhouse-schema.ts";
import { coarsestTier, cover, stepOf, tierSteps, type Stretch } from "./tiers.ts";

/** A column of figures, and how those of several rows become one. */
export interface Summed {
  readonly column: string;
  readonly sum: string;
}

// What tells the figures of one row from those of another; who asks for one primitive finds it together.
const primitiveKeys = ["service", "type", "name"];
const otherKeys = ["operation", "outcome", "waiter_site", "holder_site", "estimated"];

/** What durations are kept of. */
export const histograms = ["wait", "hold", "handoff"] as const;

export type HistogramName = (typeof histograms)[number];

/** All figures but the buckets of histograms. */
export const figures: readonly Summed[] = [
  ...histograms.flatMap((name) => [
    { column: `${name}_count`, sum: `sum(${name}_count)` },
    { column: `${name}_sum`, sum: `sum(${name}_sum)` },
    { column: `${name}_min`, sum: `minIf(${name}_min, ${name}_count > 0)` },
    { column: `${name}_max`, sum: `max(${name}_max)` },
    { column: `${name}_zeros`, sum: `sum(${name}_zeros)` },
  ]),
  ...["contended", "counted", "counted_contended", "blame", "holds"].map((column) => ({
    column,
    sum: `sum(${column})`,
  })),
  ...["waiters", "told"].map((column) => ({ column, sum: `max(${column})` })),
  { column: "activities", sum: "sumMap(activities)" },
];

/** The buckets of one histogram. */
export function sketchOf(name: HistogramName): Summed[] {
  return sketchParts.map(({ column }) => ({
    column: `${name}_${column}`,
    sum: `sumForEach(${name}_${column})`,
  }));
}

// Rows of one primitive lie together within a slot here, too, unless a bucket is longer than that.
function isSlotted(stepMs: number): boolean {
  return stepMs <= slotMs;
}

/**
 * The statement that gives a table its tiers; it may run twice. Parts that are there already stay as they are: their
 * rows are read until they expire, as to add them all up at once would keep the engine from its work.
 */
export function tierMigration(table: string): string {
  const projections = tierSteps
    .slice(1)
    .map((stepMs) => `ADD PROJECTION IF NOT EXISTS figures_of_${stepMs / 1_000}_s (${projection(stepMs)})`);
  return `ALTER TABLE ${table} ${projections.join(", ")}`;
}

function projection(stepMs: number): string {
  const place = isSlotted(stepMs) ? ["kind", "slot"] : ["kind"];
  const key = [...place, ...primitiveKeys, `intDiv(time, ${stepMs})`, ...otherKeys].join(", ");
  const sketches = stepMs < sketchStepMs ? [] : histograms.flatMap(sketchOf);
  return `SELECT ${key}, ${[...figures, ...sketches].map(({ sum }) => sum).join(", ")} GROUP BY ${key}`;
}

/** A tier is read for a time that has at least so many of its buckets. */
const leastBuckets = 4;
/** The finest tier with the buckets of histograms. */
const sketchStepMs = 600_000;

export interface TierQuery {
  readonly table: string;
  /** The start of the first bucket, Unix ms. */
  readonly from: number;
  /** The end of the last one. */
  readonly to: number;
  /** The columns that are told apart. */
  readonly group: readonly string[];
  readonly columns: readonly Summed[];
  /** What else a row has to meet, in terms of what tells rows apart. */
  readonly where: readonly string[];
  /** The coarsest tier to read; 0: the rows themselves. @default the coarsest there is */
  readonly coarsest?: number | undefined;
}

/**
 * A statement that gives rows as the table has them, but the fewest that cover the time: added up as far as may be.
 * Empty if there is no time to cover.
 */
export function rowsOf(query: TierQuery): string {
  const { from, to, columns, coarsest = coarsestTier } = query;
  const finestAdded = columns.every((column) => figures.includes(column)) ? 0 : sketchStepMs;
  // Each tier takes the engine time of its own to plan: one that saves little is not worth it.
  const isRead = (tier: number): boolean =>
    stepOf(tier) >= finestAdded && to - from >= leastBuckets * stepOf(tier);
  const tiers = Map.groupBy(cover(from, to, coarsest, isRead), ({ tier }) => tier);
  return [...tiers]
    .map(([tier, stretches]) => (tier === 0 ? finest(query, stretches) : added(query, tier, stretches)))
    .join("\nUNION ALL\n");
}

function finest({ table, group, columns, where }: TierQuery, stretches: readonly Stretch[]): string {
  const ranges = stretches.map(
    ({ from, to }) =>
      `slot >= ${slot(from)} AND slot <= ${slot(to - bucketMs)} AND time >= ${from} AND time < ${to}`,
  );
  const conditions = ["kind = 'figures' AND stream = ''", `(${ranges.join(" OR ")})`, ...where];
  const selected = [...group, ...columns.map(({ column }) => column)];
  return `SELECT ${selected.join(", ")} FROM ${table} WHERE ${conditions.join(" AND ")}`;
}

function added(
  { table, group, columns, where }: TierQuery,
  tier: number,
  stretches: readonly Stretch[],
): string {
  const unit = stepOf(tier);
  const bucket = `intDiv(time, ${unit})`;
  const ranges = stretches.map(({ from, to }) => {
    const buckets = `${bucket} >= ${from / unit} AND ${bucket} < ${to / unit}`;
    return isSlotted(unit)
      ? `slot >= ${slot(from)} AND slot <= ${slot(to - bucketMs)} AND ${buckets}`
      : buckets;
  });
  const conditions = ["kind = 'figures'", `(${ranges.join(" OR ")})`, ...where];
  const selected = [...group, ...columns.map(({ column, sum }) => `${sum} AS ${column}`)];
  return (
    `SELECT ${selected.join(", ")} FROM ${table} WHERE ${conditions.join(" AND ")} ` +
    `GROUP BY ${group.join(", ")}`
  );
}

function slot(time: number): number {
  return Math.floor(time / slotMs);
}
