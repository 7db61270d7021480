const genericPool = require("generic-pool");
const { createPool } = genericPool;

async function main() {
  let next = 0;
  const factory = {
    create: () => Promise.resolve({ id: ++next }),
    destroy: () => Promise.resolve(),
  };

  const pool = createPool(factory, { max: 1 });
  const first = await pool.acquire();
  const waiting = pool.acquire();
  const used = pool.use(({ id }) => Promise.resolve(id));
  await pool.release(first);
  await pool.destroy(await waiting);
  await used;
  await pool.drain();

  const other = genericPool.createPool(factory, { max: 2 });
  await other.use(() => Promise.resolve());
}

void main();
