/** Waits, holds, findings and readings: what is kept one by one, and asked for newest first. */

import type { KeptFinding, KeptHold, KeptWait, Page } from "@holdup/protocol";
import { quoted, type ClickHouseEngine } from "./clickhouse-engine.ts";
import { readingOf } from "./clickhouse-rows.ts";
import type { Reading } from "./readings.ts";
import type { FindingQuery, WaitQuery } from "./store.ts";

/** How many streams one statement asks for. */
const maxKeys = 2_000;

/** A record and its place in the order of arrival. */
interface Numbered {
  readonly record: string;
  readonly number: number;
}

interface FindingRow extends Numbered {
  readonly times: number;
  readonly first_seen: number;
  readonly last_seen: number;
}

export class ClickHouseRecords {
  readonly #engine: ClickHouseEngine;
  readonly #table: string;

  constructor(engine: ClickHouseEngine, table: string) {
    this.#engine = engine;
    this.#table = table;
  }

  waits(query: WaitQuery): Promise<Page<KeptWait>> {
    return this.#spans("wait", query);
  }

  holds(query: WaitQuery): Promise<Page<KeptHold>> {
    return this.#spans("hold", query);
  }

  async #spans<Span>(kind: "wait" | "hold", query: WaitQuery): Promise<Page<Span>> {
    const { service = "", primitive = "", from, to, limit } = query;
    const rows = await this.#engine.select<Numbered>(
      `SELECT record, number FROM ${this.#table}
       WHERE kind = {kind:String} AND stream = '' AND time >= {from:Float64} AND time <= {to:Float64}
         AND number < {before:UInt64}
         ${service === "" ? "" : "AND service = {service:String}"}
         ${primitive === "" ? "" : "AND name = {primitive:String}"}
       ORDER BY number DESC LIMIT {limit:UInt32} WITH TIES`,
      { kind, service, primitive, from, to, before: before(query), limit: limit + 1 },
    );
    return pageOf(rows, limit, ({ record }) => JSON.parse(record) as Span);
  }

  async findings(query: FindingQuery): Promise<Page<KeptFinding>> {
    const { service = "", from, to, limit } = query;
    const rows = await this.#engine.select<FindingRow>(
      `SELECT latest AS record, last AS number, times, first_seen, last_seen
       FROM (
         SELECT argMax(record, number) AS latest, max(number) AS last, max(count) AS times,
                min(r.first_seen) AS first_seen, max(r.last_seen) AS last_seen
         FROM ${this.#table} AS r
         WHERE kind = 'finding' ${service === "" ? "" : "AND service = {service:String}"}
         GROUP BY stream
       )
       WHERE last < {before:UInt64} AND last_seen >= {from:Float64} AND first_seen <= {to:Float64}
       ORDER BY last DESC LIMIT {limit:UInt32} WITH TIES`,
      { service, from, to, before: before(query), limit: limit + 1 },
    );
    return pageOf(rows, limit, ({ record, times, first_seen: firstSeen, last_seen: lastSeen }) => ({
      ...(JSON.parse(record) as KeptFinding),
      count: times,
      firstSeen,
      lastSeen,
    }));
  }

  async readings(keys: readonly string[]): Promise<Map<string, Reading>> {
    const found = new Map<string, Reading>();
    for (let i = 0; i < keys.length; i += maxKeys) {
      const some = keys.slice(i, i + maxKeys).map(quoted);
      const rows = await this.#engine.select<{ stream: string; record: string }>(
        `SELECT stream, argMax(record, time) AS record FROM ${this.#table}
         WHERE kind = 'reading' AND stream IN (${some.join(", ")}) GROUP BY stream`,
      );
      for (const { stream, record } of rows) found.set(stream, readingOf(record));
    }
    return found;
  }
}

const noCursor = Number.MAX_SAFE_INTEGER;

function before({ cursor }: { readonly cursor?: string | undefined }): number {
  return Number(cursor ?? noCursor);
}

// Two collectors may give the same number; a page never ends between two that have it.
function pageOf<Row extends Numbered, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
): Page<Item> {
  if (rows.length <= limit) return { items: rows.map(itemOf), next: null };
  const first = rows[limit]?.number;
  const whole = rows.slice(0, limit).filter(({ number }) => number !== first);
  const page = whole.length > 0 ? whole : rows.filter(({ number }) => number === first);
  return { items: page.map(itemOf), next: String(page.at(-1)?.number) };
}
