import process from "node:process";

/** A connection to a database, as 15.4.1 needs it. */
export interface Connection {
  readonly product: "PostgreSQL" | "SQLite";
  query(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** Says that `PGHOST`, `PGUSER` and so on tell where the server is. */
const fromVariables = "postgresql:";

const inMemory = "sqlite::memory:";

/** Connects to `postgresql://…`, to what the PG* variables say (`postgresql:`), or to `sqlite:<file>`. */
export function connect(dsn: string): Promise<Connection> {
  return dsn.startsWith("postgres") ? connectToPostgres(dsn) : openSqlite(dsn.slice("sqlite:".length));
}

/** Where the database is: PostgreSQL by `DATABASE_URL` or the PG* variables if one answers, else SQLite in memory. */
export async function findDatabase(): Promise<string> {
  const url = process.env["DATABASE_URL"] ?? (hasPgVariables() ? fromVariables : inMemory);
  if (!url.startsWith("postgres")) return inMemory;
  try {
    const connection = await connect(url);
    await connection.close();
    return url;
  } catch (error) {
    if (isAbsent(error)) return inMemory;
    throw error;
  }
}

/** A place like `dsn` where no database is. */
export function nowhere(dsn: string): string {
  return dsn.startsWith("postgres") ? "postgresql://127.0.0.1:1/nowhere" : "sqlite:/nowhere/no.db";
}

function hasPgVariables(): boolean {
  return ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE"].some((name) => process.env[name] !== undefined);
}

// No server there, or no `pg` to talk to it. That it refuses us is another matter, and an error.
function isAbsent(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return ["ECONNREFUSED", "ENOENT", "ENOTFOUND", "ETIMEDOUT", "ERR_MODULE_NOT_FOUND"].includes(String(code));
}

async function connectToPostgres(dsn: string): Promise<Connection> {
  const { Client } = await import("pg");
  const client = new Client(dsn === fromVariables ? {} : { connectionString: dsn });
  await client.connect();
  return {
    product: "PostgreSQL",
    query: async (sql) => (await client.query(sql)).rows,
    close: () => client.end(),
  };
}

async function openSqlite(file: string): Promise<Connection> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file);
  return {
    product: "SQLite",
    query: async (sql) => database.prepare(sql).all(),
    close: async () => database.close(),
  };
}
