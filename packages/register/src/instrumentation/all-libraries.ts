import { asyncLock } from "./async-lock.ts";
import { asyncMutex } from "./async-mutex.ts";
import { asyncSema } from "./async-sema.ts";
import { bottleneck } from "./bottleneck.ts";
import { fastq } from "./fastq.ts";
import { genericPool } from "./generic-pool.ts";
import { httpAgent } from "./http-agent.ts";
import type { Library } from "./library.ts";
import { mysql2 } from "./mysql2.ts";
import { pgPool } from "./pg-pool.ts";
import { pLimit } from "./p-limit.ts";
import { pQueue } from "./p-queue.ts";
import { piscina } from "./piscina.ts";
import { tarn } from "./tarn.ts";
import { undici } from "./undici.ts";
import { webLocks } from "./web-locks.ts";

/** Every library that can be wrapped, in the order in which settings name them. */
export const allLibraries: readonly Library[] = [
  asyncMutex,
  pLimit,
  pQueue,
  genericPool,
  pgPool,
  undici,
  piscina,
  httpAgent,
  webLocks,
  asyncSema,
  asyncLock,
  bottleneck,
  fastq,
  tarn,
  mysql2,
];

/** Their names, as in settings. */
export const libraryNames: readonly string[] = allLibraries.map(({ name }) => name);
