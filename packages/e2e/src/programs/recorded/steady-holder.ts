import { Lock, sleep } from "@holdup/primitives";

// Enough holds, over enough time, for a comparison to say something.
const lock = new Lock("steady");
await Promise.all([work(), work(), work()]);

async function work(): Promise<void> {
  for (let i = 0; i < 60; i++) await holdFor(8);
}

async function holdFor(ms: number): Promise<void> {
  using _hold = await lock.acquire();
  await sleep(ms);
}
