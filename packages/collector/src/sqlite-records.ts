/** What a SQLite store keeps besides measures: waits, holds, findings, and what cumulative streams said last. */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import {
  findingKey,
  type KeptFinding,
  type KeptHold,
  type KeptWait,
  type Occupancy,
  type Page,
} from "@holdup/protocol";
import { decodeReading, encodeReading } from "./batch-codec.ts";
import type { ByteReader } from "./bytes.ts";
import { together } from "./finding-book.ts";
import { readHold } from "./hold-codec.ts";
import { isAskedFor } from "./kept-wait.ts";
import type { Reading } from "./readings.ts";
import { blockSpans, readBlock, type SpanBlock } from "./span-blocks.ts";
import type { FindingQuery, WaitQuery } from "./store.ts";
import type { TextReader } from "./text-codec.ts";
import { readWait } from "./wait-codec.ts";

/** Of either kind. */
const maxSpans = 200_000;
const maxFindings = 10_000;
const maxReadings = 50_000;

const spanTables = ["wait", "hold"] as const;
type SpanTable = (typeof spanTables)[number];
type ReadSpan<Span> = (from: ByteReader, texts: TextReader) => Span;

interface BlockRow {
  readonly id: number;
  readonly count: number;
  readonly data: Uint8Array;
}

interface Row {
  readonly id: number;
  readonly data: string;
}

export class SqliteRecords {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  addSpans(table: SpanTable, blocks: readonly SpanBlock[]): void {
    if (blocks.length === 0) return;
    const insert = this.#database.prepare(
      `INSERT INTO ${table} (count, oldest, newest, data) VALUES (?, ?, ?, ?)`,
    );
    for (const { count, oldest, newest, data } of blocks) insert.run(count, oldest, newest, data);
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

  waits(query: WaitQuery): Page<KeptWait> {
    return this.#spans("wait", query, readWait);
  }

  holds(query: WaitQuery): Page<KeptHold> {
    return this.#spans("hold", query, readHold);
  }

  // Newest first. The cursor is the number of the last one given: that of its block, and its place in it.
  #spans<Span extends KeptWait | KeptHold>(
    table: SpanTable,
    query: WaitQuery,
    read: ReadSpan<Span>,
  ): Page<Span> {
    const items: Span[] = [];
    let last = "";
    for (const { number, span } of this.#numbered(table, query, read)) {
      if (items.length === query.limit) return { items, next: last };
      items.push(span);
      last = String(number);
    }
    return { items, next: null };
  }

  // Those that are asked for, newest first.
  *#numbered<Span extends KeptWait | KeptHold>(
    table: SpanTable,
    query: WaitQuery,
    read: ReadSpan<Span>,
  ): Generator<{ readonly number: number; readonly span: Span }> {
    const end = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor);
    // One by one, and not by iterate(): its statement may be collected while it is gone through, which ends the process.
    const newest = this.#database.prepare(
      `SELECT id, count, data FROM ${table} WHERE id <= ? AND newest >= ? AND oldest <= ? ORDER BY id DESC LIMIT 1`,
    );
    const before = (id: number): BlockRow | undefined =>
      newest.get(id, query.from, query.to) as BlockRow | undefined;
    for (
      let block = before(Math.floor(end / blockSpans));
      block !== undefined;
      block = before(block.id - 1)
    ) {
      for (const [place, span] of [...readBlock(block, read).entries()].toReversed()) {
        const number = block.id * blockSpans + place;
        if (number < end && isAskedFor(span, query)) yield { number, span };
      }
    }
  }

  /** How many of a kind there are. */
  occupancy(table: SpanTable): Occupancy {
    const { used } = this.#database.prepare(`SELECT coalesce(sum(count), 0) AS used FROM ${table}`).get() as {
      used: number;
    };
    return { used, max: maxSpans };
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
    for (const table of spanTables) {
      this.#database.prepare(`DELETE FROM ${table} WHERE newest < ?`).run(before);
      this.#keepNewestSpans(table);
    }
    this.#database.prepare("DELETE FROM finding WHERE last_seen < ?").run(before);
    this.#keepNewest("finding", "revision", maxFindings);
    this.#keepNewest("reading", "used", maxReadings);
  }

  // In whole blocks.
  #keepNewestSpans(table: SpanTable): void {
    let surplus = this.occupancy(table).used - maxSpans;
    const oldest = this.#database.prepare(`SELECT id, count FROM ${table} ORDER BY id LIMIT 1`);
    const remove = this.#database.prepare(`DELETE FROM ${table} WHERE id = ?`);
    while (surplus > 0) {
      const { id, count } = oldest.get() as unknown as BlockRow;
      remove.run(id);
      surplus -= count;
    }
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
