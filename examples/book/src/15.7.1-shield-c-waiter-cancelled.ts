/**
 * 15.7.1 What shield is for, which the book never does: who waits for the critical task is cancelled,
 * and the critical task goes on.
 */
import { isCancelled, run, shield, sleep, spawn } from "@holdup/primitives";

async function criticalTask() {
  try {
    console.log("Critical task started.");
    await sleep(300);
    console.log("Critical task completed.");
    return "Critical result";
  } catch (error) {
    if (isCancelled(error)) console.log("Critical task was cancelled.");
    throw error;
  }
}

async function main() {
  const critical = spawn(criticalTask);
  const waiter = spawn(async () => await shield(critical));
  await sleep(100);
  waiter.cancel();
  try {
    await waiter;
  } catch (error) {
    if (!isCancelled(error)) throw error;
    console.log(`Who waited was cancelled; the critical task is ${critical.done ? "done" : "not done"}.`);
  }
  console.log(`Result: ${await critical}`);
  console.log("Main loop completed.");
}

await run(main);
