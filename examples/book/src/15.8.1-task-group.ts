/**
 * 15.8.1 A task group: B fails, C is cancelled, and what is thrown is a group of errors.
 *
 * The book prints B's own error here. That takes `except*`, or `split`: see -split.
 */
import { run, sleep, taskGroup } from "@holdup/primitives";

async function task(name: string, ms: number, fail = false) {
  await sleep(ms);
  if (fail) {
    console.log(`Task ${name} met an error.`);
    throw new RangeError(`Error in task ${name}`);
  }
  console.log(`Task ${name} completed successfully.`);
  return `Result ${name}`;
}

async function main() {
  await taskGroup((group) => {
    group.spawn(() => task("A", 1_000));
    group.spawn(() => task("B", 2_000, true));
    group.spawn(() => task("C", 3_000));
  });
  console.log("All tasks have been dealt with.");
}

try {
  await run(main);
} catch (error) {
  console.log(`Exception in the task group: ${(error as Error).message}`);
}
