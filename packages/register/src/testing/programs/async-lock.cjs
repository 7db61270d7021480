const AsyncLock = require("async-lock");

const work = () => Promise.resolve();

async function main() {
  const lock = new AsyncLock();
  const first = lock.acquire("a", work);
  const second = lock.acquire("a", work);
  const other = lock.acquire("b", work);
  await Promise.all([first, second, other]);

  const several = new AsyncLock();
  const both = several.acquire(["a", "b"], work);
  const one = several.acquire("b", (done) => setImmediate(done));
  await Promise.all([both, one]);
}

void main();
