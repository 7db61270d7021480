/** Brings the database of a ClickHouse to what this version expects, also when two collectors start at once. */

import type { ClickHouseEngine } from "./clickhouse-engine.ts";
import { expiry, migrations } from "./clickhouse-schema.ts";
import { tierMigration } from "./clickhouse-tiers.ts";
import { StoreError } from "./store-error.ts";

/**
 * Applies what is missing. Each statement may run twice, so nobody has to lock anyone out; the version is written
 * after the statement that reaches it.
 */
export async function migrate(
  engine: ClickHouseEngine,
  database: string,
  retentionMs: number,
): Promise<void> {
  await engine.command(`CREATE DATABASE IF NOT EXISTS ${database}`);
  await engine.command(
    `CREATE TABLE IF NOT EXISTS ${database}.holdup_migrations (version UInt32, applied DateTime DEFAULT now())
     ENGINE = ReplacingMergeTree ORDER BY version`,
  );
  const steps = [...migrations(database, retentionMs), tierMigration(`${database}.holdup_records`)];
  const [{ version } = { version: 0 }] = await engine.select<{ version: number }>(
    `SELECT max(version) AS version FROM ${database}.holdup_migrations`,
  );
  if (version > steps.length) {
    throw new StoreError(`The tables in ${database} are those of a newer Holdup; use that one.`);
  }
  for (const [i, statement] of steps.entries()) {
    if (i < version) continue;
    await engine.command(statement);
    await engine.command(`INSERT INTO ${database}.holdup_migrations (version) VALUES (${i + 1})`);
  }
  await keepFor(engine, database, retentionMs);
}

// The retention is an option of every start; the table has that of the last one.
async function keepFor(engine: ClickHouseEngine, database: string, retentionMs: number): Promise<void> {
  const wanted = expiry(retentionMs);
  const [table] = await engine.select<{ kept: number }>(
    `SELECT position(create_table_query, {wanted:String}) > 0 AS kept FROM system.tables
     WHERE database = {database:String} AND name = 'holdup_records'`,
    { database, wanted },
  );
  if (table?.kept === 1) return;
  await engine.command(
    `ALTER TABLE ${database}.holdup_records MODIFY TTL ${wanted} SETTINGS materialize_ttl_after_modify = 0`,
  );
}
