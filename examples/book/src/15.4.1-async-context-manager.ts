/**
 * 15.4.1 An async context manager: a connection that is closed however the block ends.
 *
 * With a PostgreSQL server by DATABASE_URL or the PG* variables, against that; else against node:sqlite.
 */
import { resource, run } from "@holdup/primitives";
import { connect, findDatabase } from "./connection.ts";

function database(dsn: string) {
  return resource(
    async () => {
      const connection = await connect(dsn);
      console.log(`Connection to ${connection.product} opened.`);
      return connection;
    },
    async (connection) => {
      await connection.close();
      console.log("Connection closed.");
    },
    "database",
  );
}

async function fetchUsers(dsn: string) {
  const open = database(dsn);
  await using connection = await open();
  const { value } = connection;
  await value.query("CREATE TEMPORARY TABLE users (id integer, name text)");
  await value.query("INSERT INTO users VALUES (1, 'Ana'), (2, 'Luis')");
  const rows = await value.query("SELECT id, name FROM users ORDER BY id");
  for (const row of rows) console.log(`User ${String(row["id"])}: ${String(row["name"])}`);
}

async function main() {
  await fetchUsers(await findDatabase());
}

await run(main);
