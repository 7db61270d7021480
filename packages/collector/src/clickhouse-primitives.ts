/**
 * A page of primitives: all are ranked by few figures, and everything else is read only for those that are shown.
 */

import { hotSpotKey } from "@holdup/protocol";
import { allKeys, type ClickHouseFigures, type FigureQuery } from "./clickhouse-figures.ts";
import { namesOf } from "./clickhouse-percentiles.ts";
import { hotSpots, pageOf } from "./hot-spots.ts";
import type { HotSpotPage } from "./store.ts";

export async function primitivePage(
  query: FigureQuery,
  limit: number,
  cursor: string | undefined,
  figures: ClickHouseFigures,
): Promise<HotSpotPage> {
  const page = pageOf(hotSpots(await figures.ranks(query), "primitive"), limit, cursor);
  if (page.items.length === 0) return page;
  const shown = { ...query, names: namesOf(page.items) };
  const whole = hotSpots(await figures.totals(shown, allKeys, ["wait", "hold"]), "primitive");
  const known = new Map(whole.map((row) => [hotSpotKey(row), row]));
  // Shares are of all that were ranked.
  const items = page.items.map((row) => ({ ...row, ...known.get(hotSpotKey(row)), share: row.share }));
  return { ...page, items };
}
