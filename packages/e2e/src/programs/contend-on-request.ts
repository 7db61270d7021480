/**
 * Waits for a line on standard input; then two tasks contend for a lock, and it tells when the second
 * began to wait. Ends with its input.
 */
import { createInterface } from "node:readline";
import { Lock, sleep } from "@holdup/primitives";

const lock = new Lock("inventory");

async function holdLong(): Promise<void> {
  await lock.run(() => sleep(300));
}

async function waitLong(): Promise<void> {
  process.stdout.write(`waiting since ${Date.now()}\n`);
  await lock.run(() => {});
}

process.stdout.write("ready\n");
for await (const _line of createInterface(process.stdin)) await Promise.all([holdLong(), waitLong()]);
