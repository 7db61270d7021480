/**
 * 15.6.1 gather, when one fails: its error passes at once.
 *
 * The book says that gather aborts the rest. It does not: C is not heard of only because main returns,
 * and the end of run() cancels what is left. See -rest-keeps-running.
 */
import { gather, rethrowIfCancelled, run, sleep } from "@holdup/primitives";

async function taskSuccess(name: string, ms: number) {
  await sleep(ms);
  console.log(`Task ${name} completed successfully.`);
  return `Result ${name}`;
}

async function taskFailure(name: string, ms: number): Promise<string> {
  await sleep(ms);
  console.log(`Task ${name} failed.`);
  throw new RangeError(`Error in task ${name}`);
}

async function main() {
  const work = [() => taskSuccess("A", 1_000), () => taskFailure("B", 2_000), () => taskSuccess("C", 3_000)];
  try {
    const results = await gather(work);
    console.log(`Results: ${results.join(", ")}`);
  } catch (error) {
    rethrowIfCancelled(error);
    console.log(`Exception found: ${(error as Error).message}`);
  }
}

await run(main);
