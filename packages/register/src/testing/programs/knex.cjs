const knex = require("knex");

async function main() {
  const { MYSQL_HOST: host, MYSQL_PORT: port, MYSQL_USER: user } = process.env;
  const db = knex({ client: "mysql2", connection: { host, port: Number(port), user }, pool: { min: 0, max: 1 } });
  await Promise.all([db.raw("select 1"), db.raw("select 2"), db.select(db.raw("3"))]);
  await db.transaction(async (transaction) => {
    const waiting = db.raw("select 4").then(() => "after");
    await transaction.raw("select 5");
    return [waiting];
  });
  await db.destroy();
}

void main();
