const Bottleneck = require("bottleneck");

const work = () => Promise.resolve();

async function main() {
  const limiter = new Bottleneck({ maxConcurrent: 1 });
  const first = limiter.schedule(work);
  const second = limiter.schedule({ priority: 1 }, work);
  const wrapped = limiter.wrap(work);
  await Promise.all([first, second, wrapped()]);

  const group = new Bottleneck.Group({ maxConcurrent: 1 });
  await Promise.all([group.key("a").schedule(work), group.key("b").schedule(work)]);
}

void main();
