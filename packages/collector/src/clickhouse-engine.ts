/** Statements to ClickHouse and their answers. Every error that a person can help is one sentence. */

import { Readable } from "node:stream";
import {
  ClickHouseLogLevel,
  createClient,
  type ClickHouseClient,
  type ClickHouseSettings,
} from "@clickhouse/client";
import { StoreError } from "./store-error.ts";

/** Values of `{name:Type}` in a statement. */
export type Parameters = Readonly<Record<string, unknown>>;

/** Below the ten seconds after which exporters give up: who hears 503 tries again, with the same token. */
export const defaultTimeoutMs = 8_000;

const settings = {
  // Lists of names and keys are part of a statement.
  max_query_size: "4194304",
  output_format_json_quote_64bit_integers: 0,
  // Columns keep their names although results are called the same.
  prefer_column_name_to_alias: 1,
} as const;

// One block whatever its size, so that a batch is there as a whole or not at all; floats to their last bit.
const insertSettings =
  "async_insert = 0, input_format_parallel_parsing = 0, max_insert_block_size = 100000000, " +
  "min_insert_block_size_rows = 100000000, min_insert_block_size_bytes = 0, precise_float_parsing = 1";

export class ClickHouseEngine {
  readonly #client: ClickHouseClient;
  readonly #settings: ClickHouseSettings;

  /** @param timeoutMs how long a statement may take, in milliseconds */
  constructor(client: ClickHouseClient, timeoutMs: number = defaultTimeoutMs) {
    this.#client = client;
    this.#settings = { ...settings, max_execution_time: Math.ceil(timeoutMs / 1_000) };
  }

  /** Reaches the engine at `http://user:pass@host:8123/db`; the database need not exist yet. */
  static at(
    url: string,
    timeoutMs: number = defaultTimeoutMs,
  ): {
    readonly engine: ClickHouseEngine;
    readonly database: string;
  } {
    const { database, rest } = splitUrl(url);
    const client = createClient({
      url: rest,
      application: "holdup",
      request_timeout: timeoutMs,
      max_open_connections: 20,
      compression: { request: true, response: true },
      // Whoever asked is told of errors; that is enough.
      log: { level: ClickHouseLogLevel.OFF },
    });
    return { engine: new ClickHouseEngine(client, timeoutMs), database };
  }

  async select<Row>(query: string, parameters: Parameters = {}): Promise<Row[]> {
    const result = await this.#client.query({
      query,
      query_params: { ...parameters },
      format: "JSONEachRow",
      clickhouse_settings: this.#settings,
    });
    return result.json<Row>();
  }

  async command(query: string): Promise<void> {
    await this.#client.command({ query, clickhouse_settings: this.#settings });
  }

  /** Resolves when the rows are committed, all together; those of a token that came just now are not added again. */
  async insert(table: string, token: string, rows: readonly object[]): Promise<void> {
    const query =
      `INSERT INTO ${table} SETTINGS ${insertSettings}, insert_deduplication_token = ${quoted(token)} ` +
      "FORMAT JSONEachRow";
    const lines = wellFormed(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const values = Readable.from([lines], { objectMode: false });
    const sent = this.#client.exec({ query, values, clickhouse_settings: this.#settings });
    const { stream } = await sent.catch(blame);
    stream.destroy();
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

// A row that the engine can't read is a mistake of ours and would be so again: nobody shall send it for ever.
function blame(error: unknown): never {
  const { code = "", message } = error as NodeJS.ErrnoException;
  throw unreadable.has(code) ? new TypeError(`ClickHouse can't read a row: ${message}`) : error;
}

// Codes of ClickHouse: CANNOT_PARSE_…, TYPE_MISMATCH, INCORRECT_DATA.
const unreadable = new Set(["6", "26", "27", "53", "72", "117", "130"]);

// Half a character, as JSON may hold it, would have the engine refuse everything: it becomes the sign for that.
function wellFormed(json: string): string {
  if (!json.includes("\\ud")) return json;
  return json.replaceAll(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, "$1\\ufffd");
}

/** Text as SQL has it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** What a person is told of an engine that can't be used at start. */
export function startError(error: unknown, url: string): StoreError {
  return new StoreError(`${reasonOf(error)} (${withoutPassword(url)}).`, { cause: error });
}

// Codes of ClickHouse: 194 REQUIRED_PASSWORD, 516 AUTHENTICATION_FAILED, 497 ACCESS_DENIED.
function reasonOf(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (["194", "516"].includes(code)) return "ClickHouse refuses this user and password";
  if (code === "497") return "ClickHouse does not let this user create its tables";
  return /^\d+$/.test(code)
    ? `ClickHouse failed: ${message}`
    : `ClickHouse can't be reached: ${code || message}`;
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = "";
  return parsed.href;
}

function splitUrl(url: string): { database: string; rest: string } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !["http:", "https:"].includes(parsed.protocol)) {
    throw new StoreError(
      "The address of a ClickHouse is like clickhouse:http://user:password@host:8123/database.",
    );
  }
  const database = decodeURIComponent(parsed.pathname.slice(1)) || "holdup";
  if (!/^[A-Za-z_]\w*$/.test(database)) {
    throw new StoreError("The database of a ClickHouse has a name of letters, digits and underscores.");
  }
  parsed.pathname = "";
  return { database, rest: parsed.href };
}
