/** The door to node:sqlite: opens a database file, and says in a sentence why it can't. */

import { closeSync, openSync } from "node:fs";
import type NodeSqlite from "node:sqlite";
import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "./store-error.ts";

/** Of the layout of the tables; a file of another version is not touched. */
const layout = 2;

const tables = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL,
    primitive TEXT NOT NULL,
    data TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
  );
  CREATE TABLE chunk (id INTEGER PRIMARY KEY, tier INTEGER NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE INDEX chunk_by_time ON chunk (tier, start);
  CREATE TABLE stale (tier INTEGER NOT NULL, start INTEGER NOT NULL, PRIMARY KEY (tier, start)) WITHOUT ROWID;
  CREATE TABLE wait (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    count INTEGER NOT NULL,
    oldest REAL NOT NULL,
    newest REAL NOT NULL,
    data BLOB NOT NULL
  );
  CREATE INDEX wait_by_end ON wait (newest, count);
  CREATE TABLE hold (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    count INTEGER NOT NULL,
    oldest REAL NOT NULL,
    newest REAL NOT NULL,
    data BLOB NOT NULL
  );
  CREATE INDEX hold_by_end ON hold (newest, count);
  CREATE TABLE finding (
    key TEXT PRIMARY KEY,
    revision INTEGER NOT NULL UNIQUE,
    service TEXT NOT NULL,
    first_seen REAL NOT NULL,
    last_seen REAL NOT NULL,
    data TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE reading (key TEXT PRIMARY KEY, used INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;
  CREATE INDEX reading_by_use ON reading (used);
`;

/** Opens the file for this connection alone, and makes it if it isn't there. Throws a StoreError. */
export function openDatabase(path: string): DatabaseSync {
  try {
    makePrivate(path);
    const database = new (sqlite().DatabaseSync)(path);
    prepare(database, path);
    return database;
  } catch (error) {
    throw storeError(path, error);
  }
}

// A file that SQLite makes may be read by everyone, and those beside it have its mode; one that is there keeps its own.
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch {
    // SQLite says what is wrong.
  }
}

function prepare(database: DatabaseSync, path: string): void {
  // Exclusive: a second collector would count on a state that the first one changes.
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192; PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY");
  database.exec("BEGIN EXCLUSIVE");
  const { user_version: found } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (found === 0) database.exec(`${tables}; PRAGMA user_version = ${layout}`);
  database.exec("COMMIT");
  if (found === 0 || found === layout) return;
  database.close();
  throw new StoreError(`The store ${path} was made by another version of Holdup; choose another file.`);
}

// SQLite's own, https://sqlite.org/rescode.html
const codes = { busy: 5, readOnly: 8, ioError: 10, full: 13, cantOpen: 14, notDatabase: 26 };

function storeError(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { errcode = 0, message } = error as Error & { errcode?: number };
  const known = sentence(path, errcode & 0xff);
  return new StoreError(known ?? `The store ${path} can't be opened: ${message}.`, { cause: error });
}

function sentence(path: string, code: number): string | undefined {
  if (code === codes.busy) {
    return `The store ${path} is in use by another collector; end that one or choose another file.`;
  }
  if (code === codes.readOnly)
    return `The store ${path} can't be written; make it writable or choose another file.`;
  if (code === codes.ioError)
    return `The store ${path} can't be read and written; its folder has to be writable and its disk to have room.`;
  if (code === codes.full) return `There is no room on the disk for the store ${path}.`;
  if (code === codes.cantOpen) {
    return `The store ${path} can't be opened; its folder has to exist and to be writable.`;
  }
  return code === codes.notDatabase ? `The file ${path} is no store; choose another one.` : undefined;
}

// Node 22 warns of its being experimental, which nobody who runs a collector can help.
function sqlite(): typeof NodeSqlite {
  const own = Object.getOwnPropertyDescriptor(process, "emitWarning") as PropertyDescriptor;
  Object.defineProperty(process, "emitWarning", { ...own, value: withoutSqlite(own.value as Warn) });
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    Object.defineProperty(process, "emitWarning", own);
  }
}

type Warn = (...warning: unknown[]) => void;

function withoutSqlite(warn: Warn): Warn {
  return (...warning) => {
    if (!String(warning[0]).includes("SQLite")) Reflect.apply(warn, process, warning);
  };
}
