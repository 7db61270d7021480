const { default: pLimit, limitFunction } = require("p-limit");

async function work() {
  await Promise.resolve();
}

async function main() {
  const limit = pLimit(2);
  await Promise.all([limit(work), limit(work), limit(work), limit(work)]);

  const mapper = pLimit(1);
  await mapper.map(["a", "b", "c"], work);

  const limited = limitFunction(work, { concurrency: 1 });
  await Promise.all([limited(), limited()]);
}

void main();
