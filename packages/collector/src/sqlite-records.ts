/** What a SQLite store keeps besides measures: waits, findings, and what cumulative streams said last. */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { findingKey, type KeptFinding, type KeptWait, type Page } from "@holdup/protocol";
import { decodeReading, encodeReading } from "./batch-codec.ts";
import { together } from "./finding-book.ts";
import type { Reading } from "./readings.ts";
import type { FindingQuery, WaitQuery } from "./store.ts";

const maxWaits = 200_000;
const maxFindings = 10_000;
const maxReadings = 50_000;

interface Row {
  readonly id: number;
  readonly data: string;
}

export class SqliteRecords {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  addWaits(waits: readonly KeptWait[]): void {
    if (waits.length === 0) return;
    const insert = this.#database.prepare(
      "INSERT INTO wait (service, primitive, ended, data) VALUES (?, ?, ?, ?)",
    );
    for (const wait of waits) insert.run(wait.service, wait.primitive.name, wait.end, JSON.stringify(wait));
  }

  addFindings(findings: readonly KeptFinding[]): void {
    if (findings.length === 0) return;
    const known = this.#database.prepare("SELECT data FROM finding WHERE key = ?");
    const newest = this.#database.prepare("SELECT coalesce(max(revision), 0) AS revision FROM finding");
    const insert = this.#database.prepare(
      "INSERT OR REPLACE INTO finding (key, revision, service, first_seen, last_seen, data) VALUES (?, ?, ?, ?, ?, ?)",
    );
    for (const finding of findings) {
      const key = findingKey(finding);
      const row = known.get(key) as Pick<Row, "data"> | undefined;
      const kept = together(row === undefined ? undefined : (JSON.parse(row.data) as KeptFinding), finding);
      const { revision } = newest.get() as { revision: number };
      insert.run(key, revision + 1, kept.service, kept.firstSeen, kept.lastSeen, JSON.stringify(kept));
    }
  }

  addReadings(readings: ReadonlyMap<string, Reading>, now: number): void {
    if (readings.size === 0) return;
    const insert = this.#database.prepare(
      "INSERT OR REPLACE INTO reading (key, used, data) VALUES (?, ?, ?)",
    );
    for (const [key, reading] of readings) insert.run(key, now, encodeReading(reading));
  }

  /** Newest first. The cursor is the number of the last one given. */
  waits({ from, to, service, primitive, limit, cursor }: WaitQuery): Page<KeptWait> {
    const conditions = new Map<string, SQLInputValue | undefined>([
      ["ended >=", from],
      ["ended <=", to],
      ["service =", service],
      ["primitive =", primitive],
      ["id <", cursor === undefined ? undefined : Number(cursor)],
    ]);
    return this.#page("wait", "id", conditions, limit);
  }

  /** Newest first. The cursor is the revision of the last one given. */
  findings({ from, to, service, limit, cursor }: FindingQuery): Page<KeptFinding> {
    const conditions = new Map<string, SQLInputValue | undefined>([
      ["last_seen >=", from],
      ["first_seen <=", to],
      ["service =", service],
      ["revision <", cursor === undefined ? undefined : Number(cursor)],
    ]);
    return this.#page("finding", "revision", conditions, limit);
  }

  /** All of them, the one used least lately first. */
  readings(): Map<string, Reading> {
    const rows = this.#database.prepare("SELECT key, data FROM reading ORDER BY used").all() as unknown as {
      key: string;
      data: Uint8Array;
    }[];
    return new Map(rows.map(({ key, data }) => [key, decodeReading(data)]));
  }

  /** Forgets what ended before a time, and what there is too much of. */
  expire(before: number): void {
    this.#database.prepare("DELETE FROM wait WHERE ended < ?").run(before);
    this.#database.prepare("DELETE FROM wait WHERE id <= (SELECT max(id) FROM wait) - ?").run(maxWaits);
    this.#database.prepare("DELETE FROM finding WHERE last_seen < ?").run(before);
    this.#keepNewest("finding", "revision", maxFindings);
    this.#keepNewest("reading", "used", maxReadings);
  }

  #keepNewest(table: string, order: string, most: number): void {
    this.#database
      .prepare(
        `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} ORDER BY ${order} DESC LIMIT -1 OFFSET ?)`,
      )
      .run(most);
  }

  #page<Item>(
    table: string,
    number: string,
    conditions: ReadonlyMap<string, SQLInputValue | undefined>,
    limit: number,
  ): Page<Item> {
    const asked = [...conditions].filter((entry): entry is [string, SQLInputValue] => entry[1] !== undefined);
    const where = asked.map(([condition]) => `${condition} ?`).join(" AND ");
    const rows = this.#database
      .prepare(`SELECT ${number} AS id, data FROM ${table} WHERE ${where} ORDER BY ${number} DESC LIMIT ?`)
      .all(...asked.map(([, value]) => value), limit + 1) as unknown as Row[];
    const page = rows.slice(0, limit);
    return {
      items: page.map(({ data }) => JSON.parse(data) as Item),
      next: rows.length > limit ? String(page.at(-1)?.id) : null,
    };
  }
}
