/**
 * 15.7.1 shield does not survive the end of the program. This is the book's program with its TypeError
 * repaired (create_task takes no shield); and yet the critical task does not complete, as the book claims:
 * the cancel of the regular task passes the handler, main dies of it, and with it all that is left.
 */
import { gather, isCancelled, rethrowIfCancelled, run, shield, sleep, spawn } from "@holdup/primitives";

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

  try {
    await gather([critical, regular]);
  } catch (error) {
    rethrowIfCancelled(error); // Python's `except Exception` lets it pass as well
    console.log(`Exception while gathering: ${(error as Error).message}`);
  }
  console.log("Main loop completed.");
}

try {
  await run(main);
} catch (error) {
  console.log(`run() threw ${(error as Error).name}`);
}
