/** 15.6.2 gather with returnExceptions: all are awaited, errors take their place among the results. */
import { gather, run, sleep } from "@holdup/primitives";

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
  const results = await gather(work, { returnExceptions: true });
  for (const [index, result] of results.entries()) {
    if (result instanceof Error) console.log(`Task ${index + 1} ended in an exception: ${result.message}`);
    else console.log(`Task ${index + 1} returned: ${result}`);
  }
}

await run(main);
