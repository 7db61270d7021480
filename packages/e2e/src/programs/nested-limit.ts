// Jobs of a limiter that await other jobs of it; with the argument "apart", of a limiter of their own.
import pLimit from "p-limit";

const limit = pLimit(2);
const inner = process.argv[2] === "apart" ? pLimit(1) : limit;

async function page(id: number): Promise<void> {
  await limit(async () => {
    await part(id);
  });
}

async function part(id: number): Promise<void> {
  await inner(() => new Promise((resolve) => setTimeout(resolve, 300 + id)));
}

void Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(page)).then(() => console.log("done"));
setInterval(() => {}, 1000);
