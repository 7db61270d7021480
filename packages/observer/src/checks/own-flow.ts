import { now, type Task, type Waiter } from "@holdup/primitives";
import type { Site } from "@holdup/protocol";
import { Budget } from "../budget.ts";
import { captureSite, read, type Capture } from "../call-site.ts";
import type { World } from "../check.ts";
import type { Instance } from "../instance.ts";
import { WaitNote, type HoldNote } from "../notes.ts";

// Deep enough for the task that the code runs in, at the root.
const frames = 100;
const capturesPerSecond = 100;

/**
 * Tells whether a task asks for more of what it holds, one after the other in its own flow. In the name of a task other code
 * may run beside it: what `Promise.all` starts, the handlers of a server that it made. Of those, one waits while another
 * holds, and that ends.
 *
 * The stack of who asks shows it: an asynchronous one, down to the task. Code that has gone on after an await is on it, and
 * what holds has to be there.
 */
export class OwnFlow {
  readonly #budget = new Budget(capturesPerSecond);
  readonly #stacks = new WeakMap<Waiter, Capture>();
  readonly #flows = new WeakMap<Waiter, readonly Site[]>();

  /** A task asks for something. */
  asked(held: readonly HoldNote[], instance: Instance, task: Task<unknown>): void {
    if (!held.some((hold) => hold.instance === instance) || !this.#budget.take(now())) return;
    const waiter = task
      .waits()
      .findLast(({ note }) => note instanceof WaitNote && note.instance === instance);
    if (waiter !== undefined) this.#stacks.set(waiter, captureSite(frames));
  }

  /** Whether a wait comes from the code that holds; undefined if that was not looked up. */
  has(waiter: Waiter, hold: HoldNote, siteOf: World["siteOf"]): boolean | undefined {
    const site = siteOf(hold.capture);
    if (site === null || !(this.#flows.has(waiter) || this.#stacks.has(waiter))) return undefined;
    return this.#flowOf(waiter, siteOf).some((other) => isSameFunction(site, other));
  }

  #flowOf(waiter: Waiter, siteOf: World["siteOf"]): readonly Site[] {
    let flow = this.#flows.get(waiter);
    if (flow === undefined) {
      flow = flowIn(read(this.#stacks.get(waiter) ?? {}), siteOf);
      this.#flows.set(waiter, flow);
      this.#stacks.delete(waiter);
    }
    return flow;
  }
}

// The functions that have gone on after an await, below the last fork; none if it does not come from a task.
function flowIn(stack: readonly NodeJS.CallSite[], siteOf: World["siteOf"]): readonly Site[] {
  const told = stack.map((frame) => ({ frame, site: siteOf({ stack: [frame] }) }));
  const root = told.findLastIndex(
    ({ frame, site }) => isAsync(frame) && site === null && frame.getFunctionName() === "#run",
  );
  const fork = told.findLastIndex(({ frame }) => isFork(frame));
  // What is called by it has not awaited anything yet.
  const resumed = told.findLastIndex(({ frame }) => !isAsync(frame) && !isRuntime(frame));
  return told.slice(Math.max(resumed, fork + 1), root + 1).flatMap(({ site }) => site ?? []);
}

// Missing in Node's types.
function isAsync(frame: NodeJS.CallSite & { isAsync?: () => boolean }): boolean {
  return frame.isAsync?.() ?? false;
}

const forks = new Set(["all", "allSettled", "any"]);

function isFork(frame: NodeJS.CallSite): boolean {
  return isAsync(frame) && !frame.getFileName() && forks.has(frame.getFunctionName() ?? "");
}

// What runs the microtasks is on the stack, too.
function isRuntime(frame: NodeJS.CallSite): boolean {
  return frame.getFileName()?.startsWith("node:") === true;
}

// The line is another: it went on in between.
function isSameFunction(one: Site, other: Site): boolean {
  return one.filePath === other.filePath && one.functionName === other.functionName;
}
