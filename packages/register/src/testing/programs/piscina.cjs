const path = require("node:path");
const Piscina = require("piscina");

async function main() {
  const filename = path.join(__dirname, "double.cjs");
  const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1, execArgv: [] });
  await pool.run(1);
  await Promise.all([pool.run(2), pool.run(3), pool.run(4)]);
  await pool.destroy();
}

void main();
