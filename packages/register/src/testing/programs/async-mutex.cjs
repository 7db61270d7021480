const { Mutex, Semaphore, tryAcquire, withTimeout } = require("async-mutex");

async function main() {
  const mutex = new Mutex();
  const release = await mutex.acquire();
  const waiting = mutex.acquire();
  const exclusive = mutex.runExclusive(() => "done");
  release();
  (await waiting)();
  await exclusive;

  const semaphore = new Semaphore(2);
  const [, giveBack] = await semaphore.acquire(2);
  const queued = semaphore.runExclusive(() => "done");
  giveBack();
  await queued;

  const busy = new Mutex();
  await busy.acquire();
  await withTimeout(busy, 5)
    .acquire()
    .catch(() => "too late");
  await tryAcquire(busy)
    .runExclusive(() => "never")
    .catch(() => "taken");
  busy.release();
}

void main();
