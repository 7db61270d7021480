import { isCancelled, run, sleep } from "@holdup/primitives";
import { startLoad, type Load } from "./load.ts";
import { readOptions, usage, type Options } from "./options.ts";
import { startServer } from "./server.ts";
import { openShop } from "./shop.ts";

/** Serves until a signal comes or the time is over. */
async function main(options: Options): Promise<void> {
  // Before anything is printed: who reads the first line may send a signal right away.
  const end = endOf(options.seconds);
  await using server = await startServer(openShop({ seed: options.seed }), options.port);
  console.log(`checkout listens on ${server.url}`);
  if (options.load === 0) return end;
  const { load: customers, think: thinkMs, seed } = options;
  await using load = startLoad(server.url, { customers, thinkMs, seed });
  console.log(`${customers} customers are coming`);
  await end;
  console.log(report(load));
}

/** Resolves after so many seconds, or when SIGINT or SIGTERM asks to end. A second signal ends at once. */
async function endOf(seconds: number): Promise<void> {
  const asked = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => asked.abort(signal));
  try {
    await sleep(seconds * 1000, { signal: asked.signal });
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}

function report({ placed, failed }: Load): string {
  return `${placed} orders were placed, ${failed} requests failed`;
}

/** The options; undefined, and the exit code 2, if the command line makes no sense. */
function optionsOrUsage(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`checkout: ${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

const options = optionsOrUsage();
if (options?.help === true) console.log(usage);
else if (options !== undefined) await run(() => main(options));
