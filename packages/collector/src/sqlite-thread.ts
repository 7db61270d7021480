/** A SqliteHistory in a thread of its own, so that neither ingest nor the page waits for the disk. */

import { Worker } from "node:worker_threads";
import type { HistoryOptions, SqliteHistory } from "./sqlite-history.ts";
import { StoreError } from "./store-error.ts";

type Method = keyof SqliteHistory;

export interface Question {
  readonly id: number;
  readonly method: Method;
  readonly argument: unknown;
}

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

/** An error on its way between threads, which keep no class. */
interface Failure {
  readonly message: string;
  readonly code: string | undefined;
}

interface Asker {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

export class SqliteThread {
  readonly #worker: Worker;
  readonly #askers = new Map<number, Asker>();
  #asked = 0;
  #end: Error | undefined;

  constructor(options: HistoryOptions) {
    const own = import.meta.url.endsWith(".ts") ? "./sqlite-worker.ts" : "./sqlite-worker.js";
    this.#worker = new Worker(new URL(own, import.meta.url), {
      name: "holdup store",
      workerData: options,
    });
    // It ends when it is asked to, and does not keep the process alive.
    this.#worker.unref();
    this.#worker.on("message", (answer: Answer) => this.#hear(answer));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new StoreError("The store is closed.")));
  }

  /** Has a method called after all that were asked for before. */
  ask<Name extends Method>(
    method: Name,
    ...argument: Parameters<SqliteHistory[Name]>
  ): Promise<ReturnType<SqliteHistory[Name]>> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      this.#askers.set(id, { resolve, reject });
      this.#worker.ref();
      const question: Question = { id, method, argument: argument[0] };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      this.#worker.postMessage(question);
    });
  }

  #hear(answer: Answer): void {
    const asker = this.#askers.get(answer.id);
    this.#askers.delete(answer.id);
    if (this.#askers.size === 0) this.#worker.unref();
    if ("failure" in answer) asker?.reject(errorOf(answer.failure));
    else asker?.resolve(answer.result as never);
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#askers.values()) reject(this.#end);
    this.#askers.clear();
  }
}

function errorOf({ message, code }: Failure): Error {
  return code === "ERR_STORE" ? new StoreError(message) : Object.assign(new Error(message), { code });
}
