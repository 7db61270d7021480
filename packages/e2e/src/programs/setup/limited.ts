// A program in TypeScript that knows nothing of Holdup.
// The types shift its lines when they are compiled away.
import pLimit from "p-limit";

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
console.log(`done ${(await Promise.all(jobs.map(work))).join()}`);
