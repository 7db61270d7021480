import cluster from "node:cluster";
import { once } from "node:events";
import { busy } from "./busy.ts";

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  await Promise.all(workers.map((worker) => once(worker, "exit")));
  await busy("primary", 50);
} else {
  await busy("clustered", 100);
  process.exit(0);
}
