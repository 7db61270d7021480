import { busy } from "./busy.ts";

// With --graceful it ends by itself when it is asked to.
if (process.argv.includes("--graceful")) process.once("SIGTERM", () => process.exit(4));
await busy("stay", 100);
console.log("ready");
setInterval(() => {}, 1000);
