import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";

const filename = fileURLToPath(new URL("double.cjs", import.meta.url));
const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1, execArgv: [] });
await pool.run(1);
await Promise.all([pool.run(2), pool.run(3), pool.run(4)]);
await pool.destroy();
