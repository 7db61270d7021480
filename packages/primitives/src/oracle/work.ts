import { Event } from "../event.ts";
import { sleep } from "../sleep.ts";
import { spawn } from "../task.ts";

/** Where an operation can be called; what holds in one place has to hold in the other. */
export const places = [
  { where: "outside of any task", within: <T>(fn: () => Promise<T>): PromiseLike<T> => fn() },
  { where: "inside a task", within: <T>(fn: () => Promise<T>): PromiseLike<T> => spawn(fn) },
];

/** Work that results in `value` after so many turns of the event loop. */
export async function later<T>(value: T, turns = 1): Promise<T> {
  for (let i = 0; i < turns; i++) await sleep(0);
  return value;
}

/** Work that fails after so many turns of the event loop. */
export async function failing(message: string, turns = 1): Promise<never> {
  await later(undefined, turns);
  throw new Error(message);
}

/** Work that only a cancel ends. */
export async function forever(): Promise<never> {
  await new Event("never").wait();
  throw new Error("never happens");
}

/** Work that only a cancel ends, and then first cleans up. */
export async function cleaningUp(cleanUp: () => void | Promise<void>): Promise<never> {
  try {
    return await forever();
  } finally {
    await cleanUp();
  }
}

/** Work that only a cancel ends, which it swallows. */
export async function swallowing<T>(value: T): Promise<T> {
  return await forever().catch(() => value);
}
