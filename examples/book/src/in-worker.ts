import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";

/** Runs a file of this folder, named without its extension, in a thread of its own; resolves with what it posts. */
export async function inWorker<T>(name: string, workerData: unknown): Promise<T> {
  // `.ts` from the sources, `.js` when compiled.
  const file = new URL(`${name}${extname(import.meta.filename)}`, import.meta.url);
  const worker = new Worker(file, { workerData });
  try {
    const [message] = (await once(worker, "message")) as [T];
    return message;
  } finally {
    await worker.terminate();
  }
}
