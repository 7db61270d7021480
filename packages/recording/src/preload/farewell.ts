import { BroadcastChannel, threadId, type Worker } from "node:worker_threads";
import type { ThreadRecorder } from "./thread-recorder.ts";

/** How long the end of a program, or of a worker, is put off for a worker to write its part, in milliseconds. */
const patienceMs = 3000;
const lookEveryMs = 5;

/** Asks the workers with these thread ids to write their parts. */
interface Request {
  readonly finish: readonly number[];
}

/**
 * Has every thread write its part before it ends. Node ends worker threads without a word: when the program exits, and when
 * they are terminated, which is how pools end them. So they are asked before.
 */
export class Farewell {
  readonly #recorder: ThreadRecorder;
  readonly #workers = new Set<Worker>();
  readonly #channel = new BroadcastChannel("holdup.recording");

  constructor(recorder: ThreadRecorder) {
    this.#recorder = recorder;
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- Node's types know no other way
    this.#channel.onmessage = (message) => {
      const { finish } = (message as { data: Request }).data;
      if (finish.includes(threadId)) this.finish();
    };
    this.#channel.unref();
    process.on("worker", (worker: Worker) => this.#watch(worker));
  }

  /** Writes this thread's part, after those of the workers that it started. Returns when they are written or given up. */
  finish(): void {
    if (this.#recorder.isWritten) return;
    const asked = this.#ask([...this.#workers]);
    this.#recorder.write();
    const until = performance.now() + patienceMs;
    while (asked.some((id) => !this.#recorder.isWrittenBy(id)) && performance.now() < until)
      pause(lookEveryMs);
  }

  #watch(worker: Worker): void {
    this.#workers.add(worker);
    worker.once("exit", () => this.#workers.delete(worker));
    const terminate = worker.terminate.bind(worker);
    worker.terminate = async () => {
      await this.#finished(worker);
      return terminate();
    };
  }

  async #finished(worker: Worker): Promise<void> {
    const [id] = this.#ask([worker]);
    const until = performance.now() + patienceMs;
    while (id !== undefined && this.#workers.has(worker) && performance.now() < until) {
      if (this.#recorder.isWrittenBy(id)) return;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  #ask(workers: readonly Worker[]): number[] {
    // -1: it has ended.
    const finish = workers.map((worker) => worker.threadId).filter((id) => id > 0);
    if (finish.length === 0) return finish;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel of threads, not of windows
    this.#channel.postMessage({ finish } satisfies Request);
    return finish;
  }
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** Lets the other threads run, without a turn of the event loop: there is none when a program exits. */
function pause(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}
