/** What clients were promised against what a collector has. */

import type { HotSpot, KeptWait, Page } from "@holdup/protocol";
import { get } from "../eventually.ts";
import { serviceName, type Sender } from "./sender.ts";

export interface Verdict {
  /** Points and spans that were acknowledged and are not there. */
  readonly lost: number;
  /** Points and spans that are there more often than they were sent. */
  readonly twice: number;
}

/** How often each point's site or span was acknowledged, or is there, by a key. */
type Counts = ReadonlyMap<string, number>;

/** Asks the collector for everything. To be called when all senders are done. */
export async function audit(url: string, senders: readonly Sender[]): Promise<Verdict> {
  const points = compare(promisedPoints(senders), await keptPoints(url));
  const spans = compare(promisedSpans(senders), await keptSpans(url));
  return { lost: points.lost + spans.lost, twice: points.twice + spans.twice };
}

function compare(promised: Counts, kept: Counts): Verdict {
  const verdict = { lost: 0, twice: 0 };
  for (const key of new Set([...promised.keys(), ...kept.keys()])) {
    const missing = (promised.get(key) ?? 0) - (kept.get(key) ?? 0);
    if (missing > 0) verdict.lost += missing;
    else verdict.twice -= missing;
  }
  return verdict;
}

function promisedPoints(senders: readonly Sender[]): Counts {
  const counts = new Map<string, number>();
  for (const { name, points } of senders) {
    for (const [line, count] of points) counts.set(`${name}:${line}`, count);
  }
  return counts;
}

function promisedSpans(senders: readonly Sender[]): Counts {
  return new Map(senders.flatMap(({ spans }) => spans).map((id) => [id, 1]));
}

async function keptPoints(url: string): Promise<Counts> {
  const counts = new Map<string, number>();
  for (const { primitive, waiterSite, operations } of await all<HotSpot>(`${url}/api/hotspots?by=waiter`)) {
    if (waiterSite !== null) counts.set(`${primitive.name}:${waiterSite.lineNumber}`, operations);
  }
  return counts;
}

async function keptSpans(url: string): Promise<Counts> {
  const counts = new Map<string, number>();
  for (const { spanId } of await all<KeptWait>(`${url}/api/waits?service=${serviceName}`)) {
    counts.set(spanId, (counts.get(spanId) ?? 0) + 1);
  }
  return counts;
}

async function all<Item>(url: string): Promise<Item[]> {
  const items: Item[] = [];
  const everything = `${url}&limit=1000&from=0`;
  for (let page = await get<Page<Item>>(everything); ;) {
    items.push(...page.items);
    if (page.next === null) return items;
    page = await get<Page<Item>>(`${everything}&cursor=${page.next}`);
  }
}
