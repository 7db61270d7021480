const mysql = require("mysql2");
const { createPool } = require("mysql2/promise");

const { MYSQL_HOST: host, MYSQL_PORT: port, MYSQL_USER: user } = process.env;
const at = { host, port: Number(port), user };

async function main() {
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
