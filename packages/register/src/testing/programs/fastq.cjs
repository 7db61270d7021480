const fastq = require("fastq");
const { promise } = fastq;

async function main() {
  const queue = fastq((value, done) => setImmediate(done, null, value), 1);
  queue.drain = () => process.stdout.write("drained\n");
  queue.push("a");
  queue.push("b");
  queue.unshift("c");

  const promised = promise((value) => Promise.resolve(value), 1);
  const first = promised.push("d");
  const second = promised.push("e");
  await Promise.all([first, second]);
}

void main();
