import { createHash } from "node:crypto";
import { Lock, sleep } from "@holdup/primitives";

/** What every recorded program does: waits for a lock of that name, and computes for so long. */
export async function busy(name: string, ms: number): Promise<void> {
  const lock = new Lock(name);
  await Promise.all(Array.from({ length: 4 }, () => holdFor(lock, 5)));
  compute(ms);
}

async function holdFor(lock: Lock, ms: number): Promise<void> {
  using _hold = await lock.acquire();
  await sleep(ms);
}

/** Keeps the processor busy, so that a profile has something to show. */
export function compute(ms: number): string {
  const end = performance.now() + ms;
  let text = "";
  while (performance.now() < end) text = createHash("sha256").update(text).digest("hex");
  return text;
}
