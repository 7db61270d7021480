import { noOptions } from "./argument.ts";
import { after, noDuration } from "./clock.ts";
import { invalidArgument, isCancelled, outOfRange } from "./errors.ts";
import { JoinRoom } from "./join.ts";
import { scopeNow } from "./scope.ts";
import { Task } from "./task.ts";

/** The options of `wait`. */
export interface WaitForTasksOptions {
  /** Milliseconds until it resolves anyway. @default Infinity */
  timeout?: number | undefined;
  /** Whether to wait for all, for the first that is done, or for the first error (a cancel is none). @default "all" */
  until?: "all" | "first" | "error" | undefined;
}

/**
 * Waits for tasks, and tells which are done. Never throws what they throw, never cancels them, not even
 * when it is cancelled itself or its time is up.
 *
 * @throws TypeError for what is no list, something that is no task, or another `until`; RangeError for no task
 *   at all, or a timeout that is NaN
 *
 * @example
 * ```ts
 * const { done, pending } = await wait(replicas, { until: "first" });
 * for (const task of pending) task.cancel();
 * ```
 */
export async function wait<T>(
  tasks: Iterable<Task<T>>,
  options: WaitForTasksOptions = {},
): Promise<{ done: Task<T>[]; pending: Task<T>[] }> {
  if (typeof (tasks as { [Symbol.iterator]?: unknown } | null)?.[Symbol.iterator] !== "function")
    throw invalidArgument("wait takes a list of tasks, not a single one");
  const wrong = noOptions(options, "wait");
  if (wrong !== undefined) throw wrong;
  const all = [...new Set(tasks)];
  const { timeout = Number.POSITIVE_INFINITY, until = "all" } = options;
  if (!untils.has(until)) throw invalidArgument(`until is "${until}"; it must be "all", "first" or "error"`);
  if (all.length === 0) throw outOfRange("wait takes at least one task");
  const error = noDuration(timeout, "timeout");
  if (error !== undefined) throw error;
  for (const task of all) {
    if (!(task instanceof Task))
      throw invalidArgument(`wait takes tasks, not ${typeof task}; spawn the work first`);
  }
  if (!enough(all, until)) await untilEnough(all, until, timeout);
  return { done: all.filter(({ done }) => done), pending: all.filter(({ done }) => !done) };
}

const untils: ReadonlySet<string> = new Set(["all", "first", "error"]);

// What is asked of a task here, whatever it results in.
type AnyTask = Pick<Task<unknown>, "done" | "outcome" | "watch">;

async function untilEnough(all: readonly AnyTask[], until: string, timeout: number): Promise<void> {
  const need = until === "all" ? "all" : "any";
  const awaited = () => ({ tasks: all as readonly Task<unknown>[], need }) as const;
  // What a timeout ends is no wait without end.
  const endless = timeout === Number.POSITIVE_INFINITY ? awaited : undefined;
  const room = new JoinRoom<void>("tasks", () => false, endless);
  room.listed = endless !== undefined;
  const waited = room.join(scopeNow());
  const alarm = timeout === Number.POSITIVE_INFINITY ? undefined : after(timeout, () => room.succeed());
  for (const task of all) {
    task.watch(() => {
      if (enough(all, until)) room.succeed();
    });
  }
  try {
    await waited;
  } finally {
    alarm?.cancel();
  }
}

function enough(all: readonly AnyTask[], until: string): boolean {
  if (all.every(({ done }) => done)) return true;
  return until !== "all" && all.some((task) => (until === "first" ? task.done : failed(task)));
}

function failed({ outcome }: AnyTask): boolean {
  return outcome?.status === "rejected" && !isCancelled(outcome.reason);
}
