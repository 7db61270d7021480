import { readFileSync } from "node:fs";

/**
 * How long this thread could have run and did not, since the processors had something else to do, in milliseconds since
 * the thread's start. Only Linux tells; null elsewhere.
 */
export function runDelayMs(): number | null {
  try {
    const [, delayed] = readFileSync("/proc/thread-self/schedstat", "utf8").split(" ");
    return Number(delayed) / 1e6;
  } catch {
    return null;
  }
}
