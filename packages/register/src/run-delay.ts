import { readFileSync } from "node:fs";

/** The calling thread, and the main thread of this process, as Linux names them. */
export const thisThread = "thread-self";
export const mainThread: string = `self/task/${process.pid}`;

/**
 * How long a thread could have run and did not, since the processors had something else to do, in milliseconds since
 * its start. Only Linux tells; null elsewhere.
 */
export function runDelayMs(thread: string): number | null {
  try {
    const [, delayNs] = readFileSync(`/proc/${thread}/schedstat`, "utf8").split(" ");
    return Number(delayNs) / 1e6;
  } catch {
    return null;
  }
}
