import { isMainThread, Worker } from "node:worker_threads";
import type { ThreadOptions, EndedBlock } from "./event-loop-thread.ts";

/**
 * Whether a thread that watches this one can be had. It can pause only the main thread; and a program that was denied threads
 * is not asked again.
 */
export function canBeWatched(): boolean {
  return isMainThread && isPermitted("worker");
}

/** Whether the inspector may be used. Where Node's permission model denies it, trying aborts the process. */
export function mayPause(): boolean {
  return isPermitted("inspector");
}

// The types know permissions that were there from the start.
function isPermitted(scope: string): boolean {
  const { permission } = process as { permission?: { has(scope: string): boolean } };
  return permission === undefined || permission.has(scope);
}

/** How long a thread may take for its last word, in milliseconds. */
const patienceMs = 500;

/** A thread that tells what blocks the event loop of this one, while it does. Does not keep the process alive. */
export class LoopMonitor {
  readonly #thread: Worker;

  /** `onBlock` is called with each block that is over. */
  constructor(options: ThreadOptions, onBlock: (block: EndedBlock) => void) {
    const own = import.meta.url.endsWith(".ts") ? "./event-loop-thread.ts" : "./event-loop-thread.js";
    this.#thread = new Worker(new URL(own, import.meta.url), {
      name: "holdup event loop",
      workerData: options,
      // What the program is started with would wire this thread too, and so on.
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: "" },
      // Its output would wait for the thread that it watches.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    this.#thread.on("message", onBlock);
    // A program must not end because it is no longer watched.
    this.#thread.on("error", () => {});
    this.#thread.unref();
  }

  /** Ends the thread. Resolves when it has told its last block, or did not answer. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#thread.once("exit", resolve));
    this.#thread.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#thread.postMessage("end");
    let patience: NodeJS.Timeout | undefined;
    await Promise.race([ended, new Promise((resolve) => (patience = setTimeout(resolve, patienceMs)))]);
    clearTimeout(patience);
    await this.#thread.terminate();
  }
}
