/** Contends for a lock once and ends by itself, or stays when told to, so that a signal ends it. */
import { Lock, sleep } from "@holdup/primitives";

const lock = new Lock("brief");

const turn = () => lock.run(() => sleep(20));

await Promise.all([turn(), turn()]);
process.stdout.write("done\n");
if (process.argv.includes("--stay")) setInterval(() => {}, 1000);
