/** The series of a SQLite store, by number. */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ServiceSummary } from "@holdup/protocol";
import { seriesKey, type Series } from "./rollup.ts";

interface Seen {
  first: number;
  last: number;
}

export class SqliteSeries {
  readonly #byKey: StatementSync;
  readonly #byId: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #expire: StatementSync;
  readonly #services: StatementSync;
  readonly #known = new Map<number, Series>();
  // Those that were seen since they were last written down.
  readonly #seen = new Map<number, Seen>();
  readonly #new = new Set<number>();

  constructor(database: DatabaseSync) {
    this.#byKey = database.prepare("SELECT id FROM series WHERE key = ?");
    this.#byId = database.prepare("SELECT data FROM series WHERE id = ?");
    this.#insert = database.prepare(
      `INSERT INTO series (key, service, primitive, data, first_seen, last_seen)
       VALUES (?, ?, ?, ?, ${Number.MAX_SAFE_INTEGER}, 0)`,
    );
    this.#update = database.prepare(
      "UPDATE series SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?) WHERE id = ?",
    );
    this.#services = database.prepare(
      `SELECT service AS name, count(DISTINCT primitive) AS primitives,
         min(first_seen) AS firstSeenAt, max(last_seen) AS lastSeenAt FROM series GROUP BY service`,
    );
    this.#expire = database.prepare("DELETE FROM series WHERE last_seen < ?");
  }

  /** The number of a series, a new one if it has none; it has to be seen next. */
  numberOf(series: Series): number {
    const key = seriesKey(series);
    const row = this.#byKey.get(key) as { id: number } | undefined;
    if (row !== undefined) return row.id;
    const primitive = JSON.stringify([series.type, series.name]);
    const { lastInsertRowid } = this.#insert.run(key, series.service, primitive, JSON.stringify(series));
    this.#new.add(Number(lastInsertRowid));
    return Number(lastInsertRowid);
  }

  /** Undefined if it was not seen for so long that it was forgotten. */
  get(id: number): Series | undefined {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const row = this.#byId.get(id) as { data: string } | undefined;
    if (row === undefined) return undefined;
    const series = JSON.parse(row.data) as Series;
    this.#known.set(id, series);
    return series;
  }

  /** Something was measured of it at that time. The table learns of it with `save`. */
  see(id: number, time: number): void {
    const seen = this.#seen.get(id);
    if (seen === undefined) this.#seen.set(id, { first: time, last: time });
    else if (time > seen.last) seen.last = time;
    else if (time < seen.first) seen.first = time;
  }

  /** Writes down when new series were seen, so that none is without a time. */
  saveNew(): void {
    for (const id of this.#new) this.#save(id);
    this.#new.clear();
  }

  /** Writes down when all were seen. */
  save(): void {
    for (const id of this.#seen.keys()) this.#save(id);
  }

  #save(id: number): void {
    const seen = this.#seen.get(id);
    if (seen !== undefined) this.#update.run(seen.first, seen.last, id);
    this.#seen.delete(id);
  }

  services(): ServiceSummary[] {
    const services = new Map<string, ServiceSummary>();
    for (const service of this.#services.all() as unknown as ServiceSummary[])
      services.set(service.name, service);
    for (const [id, { first, last }] of this.#seen) {
      const service = services.get(this.get(id)?.service ?? "");
      if (service === undefined) continue;
      const firstSeenAt = Math.min(service.firstSeenAt, first);
      services.set(service.name, { ...service, firstSeenAt, lastSeenAt: Math.max(service.lastSeenAt, last) });
    }
    return [...services.values()].map((row) => ({ ...row })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  expire(before: number): void {
    this.save();
    if (this.#expire.run(before).changes > 0) this.forget();
  }

  /** What is remembered of the table may not be in it any more. */
  forget(): void {
    this.#known.clear();
    this.#seen.clear();
    this.#new.clear();
  }
}
