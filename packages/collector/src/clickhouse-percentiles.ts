/** The percentiles of a page of hot spots by site: only for the rows that are shown, as buckets are most of the data. */

import { hotSpotKey, type Grouping, type Site } from "@holdup/protocol";
import type { ClickHouseFigures, FigureKey, FigureQuery } from "./clickhouse-figures.ts";
import type { SeriesTotals } from "./hot-spots.ts";
import { siteKey } from "./site.ts";
import type { StoredHotSpot } from "./store.ts";
import { Totals } from "./totals.ts";

/** So many names are looked for; with more, all are read. */
const maxNames = 500;

type BySite = Exclude<Grouping, "primitive">;

const keys: Readonly<Record<BySite, readonly FigureKey[]>> = {
  waiter: ["service", "type", "name", "waiterSite"],
  holder: ["service", "type", "name", "holderSite"],
};

/** The same rows with the percentiles that their totals had no buckets for. */
export async function withPercentiles(
  rows: readonly StoredHotSpot[],
  by: BySite,
  query: FigureQuery,
  figures: ClickHouseFigures,
): Promise<StoredHotSpot[]> {
  if (rows.length === 0) return [];
  const totals = await figures.totals({ ...query, names: namesOf(rows) }, keys[by], ["wait", "hold"]);
  const primitives = Map.groupBy(totals, ({ series: { service, type, name } }) =>
    hotSpotKey({ service, primitive: { type, name } }),
  );
  return rows.map((row) => withOwn(row, by, primitives.get(hotSpotKey(row)) ?? []));
}

/** The names to look for; none if they are too many. */
export function namesOf(rows: readonly StoredHotSpot[]): string[] {
  const names = new Set(rows.map(({ primitive }) => primitive.name));
  return names.size > maxNames ? [] : [...names];
}

function withOwn(row: StoredHotSpot, by: BySite, all: readonly SeriesTotals[]): StoredHotSpot {
  // Where figures are exact, estimates don't count.
  const group = all.filter(({ series }) => !row.exact || series.estimated !== true);
  const waiting = by === "waiter" ? at(group, "waiterSite", row.waiterSite) : group;
  const holding = by === "holder" ? at(group, "holderSite", row.holderSite) : group;
  const { wait } = merged(waiting);
  return {
    ...row,
    waitP50: wait.quantile(0.5),
    waitP99: wait.quantile(0.99),
    holdP99: merged(holding).hold.quantile(0.99),
  };
}

function at(
  group: readonly SeriesTotals[],
  side: "waiterSite" | "holderSite",
  site: Site | null,
): SeriesTotals[] {
  return group.filter(({ series }) => siteKey(series[side]) === siteKey(site));
}

function merged(group: readonly SeriesTotals[]): Totals {
  const sum = new Totals();
  for (const { totals } of group) sum.merge(totals);
  return sum;
}
