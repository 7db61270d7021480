/** What waiters and locks take of the heap. */
import { createObserver } from "@holdup/observer";
import { Lock, observe, Semaphore } from "@holdup/primitives";

const many = 100_000;
const manyObserved = 1000;

/** Bytes for each. */
export interface HeapCosts {
  readonly waiter: number;
  readonly newLock: number;
  readonly busyLock: number;
  readonly busyName: number;
}

/** Megabytes in use: before, while all wait, and after. */
export interface Cancelled {
  readonly beforeMb: number;
  readonly fullMb: number;
  readonly afterMb: number;
}

/** The heap in use, after garbage is collected. Needs `--expose-gc`. */
export async function heapUsed(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

export async function heapCosts(): Promise<HeapCosts> {
  const newLock = await heapPer(many, (count) => Array.from({ length: count }, () => new Lock("bench")));
  const waiter = await heapPer(many, (count) => parkedOn(new Lock("bench"), count));
  // One lock a cart, all of them one primitive; and locks that are a primitive each.
  const busyLock = await busyCost((i) => `cart-${1000 + i}`);
  const busyName = await busyCost(letters);
  return { waiter, newLock, busyLock, busyName };
}

async function busyCost(nameOf: (i: number) => string): Promise<number> {
  const observer = createObserver();
  using _observing = observe(observer);
  return await heapPer(manyObserved, async (count) => {
    const locks = await busyLocks(count, nameOf);
    // As whoever exports does every second: what is on its way is no lock's.
    observer.takeSpans();
    observer.collect();
    return [observer, locks];
  });
}

/** Bytes of heap that `make` leaves in use, for each of `count`. */
async function heapPer(count: number, make: (count: number) => unknown): Promise<number> {
  const before = await heapUsed();
  const kept = await make(count);
  const after = await heapUsed();
  // Kept until it is measured.
  if (kept === undefined) throw new Error("make must return what it made");
  return (after - before) / count;
}

function parkedOn(lock: Lock, count: number): unknown {
  const first = lock.tryAcquire();
  return [lock, first, Array.from({ length: count }, () => lock.acquire())];
}

async function busyLocks(count: number, nameOf: (i: number) => string): Promise<unknown> {
  const locks = Array.from({ length: count }, (_, i) => new Lock(nameOf(i)));
  for (const lock of locks) {
    for (let i = 0; i < 50; i++) await Promise.all([lock.run(async () => {}), lock.run(async () => {})]);
  }
  return locks;
}

function letters(number: number): string {
  const letter = String.fromCodePoint(97 + (number % 26));
  return number < 26 ? letter : letters(Math.floor(number / 26) - 1) + letter;
}

/** 100,000 waiters, half of them cancelled at random: the rest in order, and the memory back. */
export async function cancelHalf(): Promise<Cancelled> {
  const beforeMb = await usedMb();
  const semaphore = new Semaphore(1, "bench");
  const first = await semaphore.acquire();
  const aborts = Array.from({ length: many }, () => new AbortController());
  const granted: number[] = [];
  const waits = aborts.map(({ signal }, i) =>
    semaphore.acquire({ signal }).then(
      (hold) => {
        granted.push(i);
        hold.release();
      },
      () => {},
    ),
  );
  const fullMb = await usedMb();
  const order = aborts.map((_, i) => i).toSorted(() => Math.random() - 0.5);
  for (const i of order.slice(0, many / 2)) aborts[i]?.abort();
  first.release();
  await Promise.all(waits);
  const inOrder = granted.every((id, i) => i === 0 || id > (granted[i - 1] as number));
  if (granted.length !== many / 2 || !inOrder) throw new Error("the rest was not granted in order");
  aborts.length = 0;
  waits.length = 0;
  granted.length = 0;
  order.length = 0;
  return { beforeMb, fullMb, afterMb: await usedMb() };
}

async function usedMb(): Promise<number> {
  return (await heapUsed()) / 2 ** 20;
}
