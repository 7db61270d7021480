const { RateLimit, Sema } = require("async-sema");

async function main() {
  const sema = new Sema(1);
  await sema.acquire();
  const waiting = sema.acquire();
  sema.release();
  await waiting;
  sema.release();
  sema.tryAcquire();
  sema.tryAcquire();
  sema.release();

  const connections = ["a", "b"];
  const pool = new Sema(2, { initFn: () => connections.pop() });
  const [one, other] = await Promise.all([pool.acquire(), pool.acquire()]);
  const third = pool.acquire();
  pool.release(other);
  pool.release(await third);
  pool.release(one);

  const limit = RateLimit(1, { timeUnit: 5 });
  await limit();
  await Promise.all([limit(), limit()]);
}

void main();
