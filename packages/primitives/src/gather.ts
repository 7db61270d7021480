import { noOptions } from "./argument.ts";
import { invalidArgument, InvalidStateError } from "./errors.ts";
import { JoinRoom } from "./join.ts";
import { scopeNow } from "./scope.ts";
import { taskOf, type Outcome, type Result, type Task, type Work } from "./task.ts";

/** The options of `gather`. */
export interface GatherOptions {
  /** Whether errors take their place among the results instead of failing the whole. @default false */
  returnExceptions?: boolean | undefined;
}

type AnyWork = readonly Work<unknown>[];

/**
 * Runs work side by side and resolves with the results in the order of the arguments.
 *
 * The first error passes at once; the others go on, and what they fail with later is nobody's. With
 * `returnExceptions` it waits for all, and errors take their place. Cancelled, it cancels all that run.
 *
 * @example
 * ```ts
 * const [user, orders] = await gather([() => loadUser(id), () => loadOrders(id)]);
 * ```
 */
export function gather<const W extends AnyWork>(
  work: W,
  options?: { returnExceptions?: false | undefined },
): Promise<{ -readonly [K in keyof W]: Result<W[K]> }>;
export function gather<const W extends AnyWork>(
  work: W,
  options: { returnExceptions: true },
): Promise<{ -readonly [K in keyof W]: Result<W[K]> | Error }>;
export function gather(work: AnyWork, options: GatherOptions = {}): Promise<unknown> {
  const error = noOptions(options, "gather");
  if (error !== undefined) return Promise.reject(error);
  try {
    const tasks = work.map((one) => taskOf(one));
    return new Gathering(tasks, options.returnExceptions === true).results();
  } catch (wrong) {
    return Promise.reject(Array.isArray(work) ? wrong : invalidArgument("gather takes an array of work"));
  }
}

class Gathering {
  readonly #tasks: readonly Task<unknown>[];
  readonly #keepErrors: boolean;
  readonly #room: JoinRoom<unknown[]>;
  #open: number;
  #cancel: Error | undefined;

  constructor(tasks: readonly Task<unknown>[], keepErrors: boolean) {
    this.#tasks = tasks;
    this.#keepErrors = keepErrors;
    this.#open = tasks.length;
    this.#room = new JoinRoom(
      "gathered work",
      (error) => this.#passOn(error),
      () => ({ tasks: this.#tasks, need: "all" }),
    );
    this.#room.listed = true;
  }

  results(): Promise<unknown[]> {
    if (this.#tasks.length === 0) return Promise.resolve([]);
    const results = this.#room.join(scopeNow());
    for (const task of this.#tasks) {
      task.retrieved();
      task.watch((outcome) => this.#ended(outcome));
    }
    return results;
  }

  #ended(outcome: Outcome<unknown>): void {
    this.#open--;
    if (outcome.status === "rejected" && !this.#keepErrors) this.#room.fail(outcome.reason);
    else if (this.#open > 0) return;
    else if (this.#cancel !== undefined) this.#room.fail(this.#cancel);
    else this.#room.succeed(this.#tasks.map((task) => this.#result(task.outcome as Outcome<unknown>)));
  }

  #result(outcome: Outcome<unknown>): unknown {
    return outcome.status === "fulfilled" ? outcome.value : asError(outcome.reason);
  }

  #passOn(error: Error): boolean {
    this.#cancel = error;
    const took = this.#tasks.map((task) => task.cancel(error.cause));
    return took.includes(true);
  }
}

/** What was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new InvalidStateError(`something that is no Error was thrown: ${String(thrown)}`, { cause: thrown });
}
