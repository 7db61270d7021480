/**
 * Waits for a line on standard input; then two tasks contend for a lock, and it tells when the second
 * began to wait. Ends with its input.
 */
import { createInterface } from "node:readline";
import { Lock, sleep } from "@holdup/primitives";

const lock = new Lock("inventory");

async function holdLong(): Promise<void> {
  using _held = await lock.acquire();
  await sleep(300);
}

async function waitLong(): Promise<void> {
  process.stdout.write(`waiting since ${Date.now()}\n`);
  using _held = await lock.acquire();
}

process.stdout.write("ready\n");
for await (const _line of createInterface(process.stdin)) await Promise.all([holdLong(), waitLong()]);
