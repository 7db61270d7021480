/**
 * Five tasks ask for one lock at once and hold it for 100 ms each. Prints, as JSON, what each saw by
 * its own watch: how long it waited, and how long it held.
 */
import { Lock, sleep } from "@holdup/primitives";

const lock = new Lock("five");
const stamps: Record<string, { waitMs: number; holdMs: number }> = {};

async function hold(name: string, asked: number): Promise<void> {
  const granted = performance.now();
  await sleep(100);
  stamps[name] = { waitMs: granted - asked, holdMs: performance.now() - granted };
}

async function a(): Promise<void> {
  const asked = performance.now();
  await lock.run(() => hold("a", asked));
}

async function b(): Promise<void> {
  const asked = performance.now();
  await lock.run(() => hold("b", asked));
}

async function c(): Promise<void> {
  const asked = performance.now();
  await lock.run(() => hold("c", asked));
}

async function d(): Promise<void> {
  const asked = performance.now();
  await lock.run(() => hold("d", asked));
}

async function e(): Promise<void> {
  const asked = performance.now();
  await lock.run(() => hold("e", asked));
}

// The first of everything is slow: loading, compiling. That is not what is measured here.
const warmUp = new Lock("warm-up");
await Promise.all([warmUp.run(() => sleep(1)), warmUp.run(() => {})]);

await Promise.all([a(), b(), c(), d(), e()]);
process.stdout.write(`${JSON.stringify(stamps)}\n`);
