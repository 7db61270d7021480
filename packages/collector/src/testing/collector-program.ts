/** Starts a collector with the options that its argument names, and ends as `holdup serve` does. */

import { startCollector, type CollectorOptions } from "../collector.ts";

const options = JSON.parse(process.argv[2] ?? "{}") as CollectorOptions;
const collector = await startCollector({ port: 0, ...options });
console.log(collector.url);
process.once("SIGTERM", () => {
  process.once("SIGTERM", () => process.exit(143));
  void collector.close();
});
