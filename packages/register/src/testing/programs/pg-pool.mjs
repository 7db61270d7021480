import pg from "pg";
import Pool from "pg-pool";

const pool = new pg.Pool({ max: 1 });
await Promise.all([pool.query("select 1"), pool.query("select 2"), pool.query("select 3")]);
const client = await pool.connect();
const waiting = pool.connect();
client.release();
(await waiting).release();
await pool.end();

const called = new Pool({ max: 1 });
await new Promise((resolve) => {
  called.connect((error, one, release) => {
    called.connect((another, two, done) => {
      done();
      resolve(error ?? another ?? two);
    });
    one.query("select 4", () => release());
  });
});
await called.end();
