import { isCancelled } from "./errors.ts";
import { reportUnretrieved, Task } from "./task.ts";

/**
 * Runs a program: `main` as a task, and when it ends, however, the tasks that it or its tasks have
 * spawned and that still live are cancelled and awaited (X12). Errors of their clean-up are reported
 * like those of any task that nobody awaits; the result is main's.
 *
 * @example
 * ```ts
 * await run(async () => {
 *   spawn(() => heartbeat()); // ends with the program
 *   await serve();
 * });
 * ```
 */
export async function run<T>(main: () => Promise<T>): Promise<T> {
  const family = new Set<Task<unknown>>();
  try {
    return await new Task(main, { name: "main" }, family);
  } finally {
    // Clean-up may spawn: go on until nobody is left.
    while (family.size > 0) await Promise.all(Array.from(family, end));
  }
}

async function end(task: Task<unknown>): Promise<void> {
  task.cancel("the program ends");
  try {
    await task;
  } catch (error) {
    if (!isCancelled(error)) reportUnretrieved(error, task.name);
  }
}
