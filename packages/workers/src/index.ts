export { WorkerPool, type WorkerPoolOptions, type WorkerRunOptions } from "./worker-pool.ts";
