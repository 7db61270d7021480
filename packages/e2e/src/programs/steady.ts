/**
 * Ten tasks take turns at a lock, a little work each, and twice a second it tells how many turns there
 * were and how much memory is in use. Fails on an unhandled rejection.
 */
import { Lock, sleep } from "@holdup/primitives";

const lock = new Lock("steady");
let turns = 0;

process.on("unhandledRejection", (reason) => {
  process.stderr.write(`unhandled: ${String(reason)}\n`);
  process.exit(3);
});

async function takeTurns(): Promise<never> {
  for (;;) {
    await lock.run(() => {
      turns++;
      return sleep(1);
    });
  }
}

setInterval(() => {
  globalThis.gc?.();
  process.stdout.write(`${JSON.stringify({ turns, heapMb: process.memoryUsage().heapUsed / 2 ** 20 })}\n`);
  turns = 0;
}, 500);

await Promise.all(Array.from({ length: 10 }, takeTurns));
