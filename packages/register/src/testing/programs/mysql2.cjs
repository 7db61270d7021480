const mysql = require("mysql2");
const { createPool } = require("mysql2/promise");

async function main() {
  const at = { host: process.env.MYSQL_HOST, port: Number(process.env.MYSQL_PORT), user: process.env.MYSQL_USER };
  const pool = createPool({ ...at, connectionLimit: 1 });
  await Promise.all([pool.query("select 1"), pool.query("select 2"), pool.execute("select 3")]);
  const connection = await pool.getConnection();
  const waiting = pool.getConnection();
  connection.release();
  (await waiting).release();
  await pool.end();

  const called = mysql.createPool({ ...at, connectionLimit: 1 });
  called.getConnection((error, one) => {
    called.getConnection((another, two) => {
      two.release();
      called.end();
      if (error ?? another) throw error ?? another;
    });
    one.query("select 4", () => one.release());
  });
  const promised = mysql.createPool({ ...at, connectionLimit: 2 }).promise();
  await promised.query("select 5");
  await promised.end();
}

void main();
