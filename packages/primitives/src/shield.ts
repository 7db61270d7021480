import { kindOf } from "./argument.ts";
import { invalidArgument } from "./errors.ts";
import { asError } from "./gather.ts";
import { JoinRoom } from "./join.ts";
import { scopeNow } from "./scope.ts";
import { reportUnretrieved, spawn, Task, taskOf, type Outcome, type Work } from "./task.ts";

/**
 * Protects work from the cancel of who waits for it: the returned task mirrors it, and if that is
 * cancelled, the work goes on. What it fails with afterwards is reported once. It is not protected from
 * the end of `run`. Of a promise only the waiting can be given up in any case.
 *
 * @throws TypeError, at once, for what is no function, task or promise
 *
 * @example
 * ```ts
 * await shield(() => commit(transaction)); // goes on if this task is cancelled
 * ```
 */
export function shield<T>(work: Work<T> | PromiseLike<T>): Task<T> {
  const inner = work instanceof Task || typeof work === "function" ? taskOf(work) : promised(work);
  if (inner.done) return inner;
  const room = new JoinRoom<T>(
    inner.name,
    () => false,
    () => ({ tasks: [inner as Task<unknown>], need: "all" }),
  );
  const outer = spawn(() => mirror(inner, room), { name: `shield of ${inner.name}` });
  inner.watch((outcome) => tell(outcome, room, inner, outer));
  return outer;
}

function mirror<T>(inner: Task<T>, room: JoinRoom<T>): Promise<T> {
  const { outcome } = inner;
  if (outcome === undefined) return room.join(scopeNow());
  return outcome.status === "fulfilled"
    ? Promise.resolve(outcome.value)
    : Promise.reject(asError(outcome.reason));
}

function tell<T>(outcome: Outcome<T>, room: JoinRoom<T>, inner: Task<T>, outer: Task<T>): void {
  inner.retrieved();
  if (outcome.status === "fulfilled") return room.succeed(outcome.value);
  room.fail(asError(outcome.reason));
  if (inner.cancelled) return;
  // It ends by a cancel that came before this, perhaps in the same turn: then it does not pass the error on.
  outer.watch(() => {
    if (outer.cancelled) reportUnretrieved(outcome.reason, inner.name);
  });
}

// Its end can't be hurried: cancelling this task gives up the waiting only.
function promised<T>(promise: PromiseLike<T>): Task<T> {
  if (typeof (promise as { then?: unknown } | null)?.then !== "function")
    throw invalidArgument(`shield takes a function, a task or a promise, not ${kindOf(promise)}`);
  return spawn(() => promise, { name: "promise" });
}
