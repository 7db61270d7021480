// limited.ts in two processes of a cluster.
import cluster from "node:cluster";

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
} else {
  await import("./limited.ts");
  cluster.worker?.disconnect();
}
