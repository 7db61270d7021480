const { default: PQueue } = require("p-queue");

async function work() {
  await Promise.resolve();
}

async function main() {
  const queue = new PQueue({ concurrency: 2 });
  await Promise.all([queue.add(work), queue.add(work), queue.add(work), queue.addAll([work, work])]);

  const paused = new PQueue({ autoStart: false, concurrency: 1 });
  const cleared = paused.add(work).catch(() => "cleared");
  paused.clear();
  await cleared;

  const rated = new PQueue({ interval: 5, intervalCap: 1 });
  await Promise.all([rated.add(work), rated.add(work)]);
}

void main();
