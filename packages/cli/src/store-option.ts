import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { ClickHouseStore, MemoryStore, SqliteStore, StoreError, type Store } from "@holdup/collector";
import type { Announcer } from "./announce.ts";
import { Failure } from "./failure.ts";

/** Where a collector keeps history, and for how long. */
export interface StoreOptions {
  store?: string;
  /** In milliseconds. */
  retention?: number;
  redis?: string;
}

/** Adds the options that choose the store. */
export function withStoreOptions(command: Command): Command {
  return command
    .option(
      "--store <store>",
      "where history is kept: sqlite, sqlite:PATH, memory or clickhouse:http://user:password@host:8123/database; without it sqlite, in the user's data folder",
      storeName,
    )
    .option(
      "--retention <time>",
      "for how long history is kept, as 14d, 36h or 90m; 14d if not set",
      duration,
    )
    .option(
      "--redis <url>",
      "where several collectors of one ClickHouse tell each other what is new, as redis://host:6379",
    );
}

/**
 * Opens the store asked for and says where it is.
 *
 * @throws Failure if it can't be opened
 */
export async function openStore(
  { store = "sqlite", retention }: StoreOptions,
  announce: Announcer,
): Promise<Store> {
  if (store === "memory") return new MemoryStore({ retentionMs: retention });
  if (store.startsWith("clickhouse:")) {
    return openClickHouse(store.slice("clickhouse:".length), retention, announce);
  }
  const given = store.slice("sqlite:".length);
  const path = given === "" ? defaultPath() : resolve(given);
  const opened = await openSqlite(path, retention);
  announce.say("store", { store: "sqlite", path }, `History is kept in ${path}.`);
  const { lostBytes } = opened.recovered;
  if (lostBytes > 0) {
    const sentence = `The end of the journal ${path}.journal was damaged: ${lostBytes} bytes of it were cut off.`;
    announce.say("journal-damaged", { path, lostBytes }, sentence);
  }
  return opened;
}

/** Where profiles that are sent are kept: beside the history, if that is in a file. */
export function profilesFolder(store: Store): string | undefined {
  return store instanceof SqliteStore ? `${store.path}.profiles` : undefined;
}

async function openSqlite(path: string, retentionMs: number | undefined): Promise<SqliteStore> {
  return SqliteStore.open({ path, retentionMs }).catch(explain);
}

async function openClickHouse(
  url: string,
  retentionMs: number | undefined,
  announce: Announcer,
): Promise<Store> {
  const opened = await ClickHouseStore.open(url, { retentionMs }).catch(explain);
  const { host } = new URL(url);
  announce.say("store", { store: "clickhouse", host }, `History is kept in the ClickHouse at ${host}.`);
  return opened;
}

function explain(error: unknown): never {
  if (!(error instanceof StoreError)) throw error;
  throw new Failure(
    `${error.message.replace(/\.$/, "")}; --store names another one, --store memory needs none`,
  );
}

/** As the XDG base directory specification has it, on every system. */
function defaultPath(): string {
  const data = process.env["XDG_DATA_HOME"] ?? "";
  const path = join(data === "" ? join(homedir(), ".local", "share") : data, "holdup", "holdup.db");
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Failure(
      `the folder ${dirname(path)} can't be made (${(error as Error).message}); --store names another place, --store memory needs none`,
    );
  }
  return path;
}

function storeName(value: string): string {
  if (value === "memory" || value === "sqlite" || /^(sqlite:.|clickhouse:https?:)/.test(value)) return value;
  throw new InvalidArgumentError("It must be memory, sqlite, sqlite:PATH or clickhouse:http://….");
}

function duration(value: string): number {
  const match = /^(\d{1,6})([mhd])$/.exec(value);
  const unit = { m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? ""] ?? Number.NaN;
  const ms = Number(match?.[1]) * unit;
  if (ms > 0) return ms;
  throw new InvalidArgumentError("It must be a number of days, hours or minutes, as 14d, 36h or 90m.");
}
