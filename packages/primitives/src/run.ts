import { reportUnretrieved, Task, type Outcome } from "./task.ts";

/**
 * Runs a program: `main` as a task, and when it ends, however, the tasks that it or its tasks have
 * spawned and that still live are cancelled and awaited (X12). Errors of their clean-up are reported
 * like those of any task that nobody awaits; the result is main's.
 *
 * @throws what `main` throws; TypeError for what is no function
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

// Not by awaiting the task: a cancel of who runs this would pass into it, and get lost.
async function end(task: Task<unknown>): Promise<void> {
  task.cancel("the program ends");
  const outcome = await new Promise<Outcome<unknown>>((resolve) => task.watch(resolve));
  task.retrieved();
  if (outcome.status === "rejected" && !task.cancelled) reportUnretrieved(outcome.reason, task.name);
}
