/**
 * 15.7.1 What the book means to show: with returnExceptions the critical task completes.
 *
 * The book also prints "Regular task completed", which cannot be: it is cancelled halfway.
 */
import { gather, isCancelled, run, shield, sleep, spawn } from "@holdup/primitives";

async function criticalTask() {
  try {
    console.log("Critical task started.");
    await sleep(500);
    console.log("Critical task completed.");
    return "Critical result";
  } catch (error) {
    if (isCancelled(error)) console.log("Critical task was cancelled.");
    throw error;
  }
}

async function regularTask(ms: number) {
  await sleep(ms);
  console.log("Regular task completed.");
  return "Regular result";
}

async function main() {
  const critical = shield(criticalTask);
  const regular = spawn(() => regularTask(200));

  await sleep(100);
  console.log("Cancelling regular tasks.");
  regular.cancel();

  const results = await gather([critical, regular], { returnExceptions: true });
  const shown = results.map((result) => (result instanceof Error ? result.name : result));
  console.log(`Results: ${shown.join(", ")}`);
  console.log("Main loop completed.");
}

await run(main);
