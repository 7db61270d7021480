/** The engine of ClickHouse within this process, from the folder in which `pnpm test:clickhouse` installs it. */

import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { ClickHouseClientConfigOptions } from "@clickhouse/client";

/** What `createClient` takes instead of a server's address. */
type Connection = NonNullable<ClickHouseClientConfigOptions["connection"]>;

interface Statement {
  readonly query: string;
  readonly values?: Readable;
  readonly query_params?: Readonly<Record<string, unknown>>;
  readonly clickhouse_settings?: Readonly<Record<string, string>>;
}

/** The part of a connection that the server in front of it uses. */
export interface Executor {
  exec(statement: Statement): Promise<{ readonly stream: Readable }>;
  close(): Promise<void>;
}

/** One engine has one folder, and one process has one engine; without a folder it has one of its own. */
export function openChdb(folder?: string): Connection & Executor {
  const installed = process.env["HOLDUP_CHDB"];
  if (installed === undefined) throw new Error("HOLDUP_CHDB names no folder; run pnpm test:clickhouse.");
  const require = createRequire(join(installed, "package.json"));
  const { createChdbConnection } = require("chdb/connection") as {
    createChdbConnection: (options: { path: string }) => Connection & Executor;
  };
  return createChdbConnection({ path: folder ?? ":memory:" });
}
