/**
 * 15.6.1 What becomes of the rest after the first error: it runs on. Only the end of the program cancels
 * it; and a second error is nobody's, but never an unhandled rejection.
 */
import { gather, isCancelled, rethrowIfCancelled, run, sleep } from "@holdup/primitives";

async function taskSuccess(name: string, ms: number) {
  try {
    await sleep(ms);
  } catch (error) {
    if (isCancelled(error)) console.log(`Task ${name} cancelled`);
    throw error;
  }
  console.log(`Task ${name} completed successfully.`);
}

async function taskFailure(name: string, ms: number) {
  await sleep(ms);
  console.log(`Task ${name} failed.`);
  throw new RangeError(`Error in task ${name}`);
}

async function gatherAndReport(work: (() => Promise<void>)[]) {
  try {
    await gather(work);
  } catch (error) {
    rethrowIfCancelled(error);
    console.log(`Exception found: ${(error as Error).message}`);
  }
}

const work = [() => taskSuccess("A", 100), () => taskFailure("B", 200), () => taskSuccess("C", 400)];

console.log("-- main returns at once, as in the book");
await run(() => gatherAndReport(work));

console.log("-- main stays");
await run(async () => {
  await gatherAndReport(work);
  await sleep(400);
  console.log("main is still there");
});

console.log("-- two fail");
await run(async () => {
  await gatherAndReport([() => taskFailure("B1", 100), () => taskFailure("B2", 200)]);
  await sleep(300);
  console.log("nobody was told of the second error");
});
