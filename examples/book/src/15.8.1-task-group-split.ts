/** 15.8.1 `except*` in JavaScript: split the group into the errors that are ours to handle, and the rest. */
import { ExceptionGroup, isCancelled, run, sleep, taskGroup } from "@holdup/primitives";

async function task(name: string, ms: number, fail = false) {
  try {
    await sleep(ms);
  } catch (error) {
    if (isCancelled(error)) console.log(`Task ${name} cancelled.`);
    throw error;
  }
  if (fail) {
    console.log(`Task ${name} met an error.`);
    throw new RangeError(`Error in task ${name}`);
  }
  console.log(`Task ${name} completed successfully.`);
}

async function main() {
  await taskGroup((group) => {
    group.spawn(() => task("A", 100));
    group.spawn(() => task("B", 200, true));
    group.spawn(() => task("C", 400));
  });
  console.log("All tasks have been dealt with.");
}

try {
  await run(main);
} catch (error) {
  if (!(error instanceof ExceptionGroup)) throw error;
  const [ours, rest] = error.split((one) => one instanceof RangeError);
  for (const one of ours?.leaves() ?? [])
    console.log(`Exception in the task group: ${(one as Error).message}`);
  if (rest !== undefined) throw rest;
}
