// The same as ../limited.ts, as CommonJS.
import type * as PLimit from "p-limit";

const { default: pLimit } = require("p-limit") as typeof PLimit;
interface Job {
  readonly id: number;
  readonly pauseMs: number;
}

const limit = pLimit(1);

async function work({ id, pauseMs }: Job): Promise<number> {
  return await limit(
    async () => await new Promise<number>((resolve) => void setTimeout(resolve, pauseMs, id)),
  );
}

const jobs: Job[] = [1, 2, 3].map((id) => ({ id, pauseMs: 20 }));
void Promise.all(jobs.map(work)).then((ids) => console.log(`done ${ids.join()}`));
