const { Pool } = require("tarn");

async function main() {
  let next = 0;
  const create = () => Promise.resolve({ id: ++next });
  const pool = new Pool({ create, destroy: () => undefined, min: 0, max: 1 });
  const first = await pool.acquire().promise;
  const second = pool.acquire();
  const third = pool.acquire();
  pool.release(first);
  pool.release(await second.promise);
  pool.release(await third.promise);
  await pool.destroy();
}

void main();
