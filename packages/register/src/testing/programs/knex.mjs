import knex from "knex";

const { MYSQL_HOST: host, MYSQL_PORT: port, MYSQL_USER: user } = process.env;
const connection = { host, port: Number(port), user };

const db = knex({ client: "mysql2", connection, pool: { min: 0, max: 1 } });
await Promise.all([db.raw("select 1"), db.raw("select 2"), db.select(db.raw("3"))]);
let after = Promise.resolve("before");
await db.transaction(async (transaction) => {
  after = db.raw("select 4").then(() => "after");
  await transaction.raw("select 5");
});
await after;
await db.destroy();
