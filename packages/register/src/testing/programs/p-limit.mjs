import pLimit, { limitFunction } from "p-limit";

const limit = pLimit(2);

async function work() {
  await Promise.resolve();
}

await Promise.all([limit(work), limit(work), limit(work), limit(work)]);

const mapper = pLimit(1);
await mapper.map(["a", "b", "c"], work);

const limited = limitFunction(work, { concurrency: 1 });
await Promise.all([limited(), limited()]);
