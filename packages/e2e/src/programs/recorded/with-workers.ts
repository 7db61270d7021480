import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { busy, compute } from "./busy.ts";

// One worker ends by itself, one is terminated, and one is still there when the program exits.
if (isMainThread) {
  const [first, second, third] = [1, 2, 3].map(() => new Worker(new URL(import.meta.url)));
  const ready = [first, second, third].map((worker) => once(worker as Worker, "message"));
  await Promise.all(ready);
  compute(100);
  first?.postMessage("end", []);
  await once(first as Worker, "exit");
  await second?.terminate();
  process.exit(0);
}
await busy("in a worker", 100);
parentPort?.once("message", () => parentPort?.close());
parentPort?.postMessage("ready", []);
