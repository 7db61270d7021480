// limited.ts in two threads.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

const threads = [1, 2].map(() => new Worker(new URL("limited.ts", import.meta.url)));
await Promise.all(threads.map(async (thread) => await once(thread, "exit")));
