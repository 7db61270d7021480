/** ClickHouse's engine in a process of its own: prints its address and ends when it is asked to, or left alone. */

import { startClickHouse } from "./clickhouse-server.ts";

const [folder] = process.argv.slice(2);
const server = await startClickHouse({ folder });
console.log(server.url);
process.once("SIGTERM", () => void server.close());
// Whoever started it is gone.
process.stdin.resume().once("end", () => void server.close());
