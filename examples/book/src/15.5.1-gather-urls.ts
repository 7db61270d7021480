/**
 * 15.5.1 gather: five pages at once, each for itself. Results come in the order of the arguments.
 *
 * The pages are those of a server of its own. That all succeed shows little; see -one-fails.
 */
import { currentTask, gather, run } from "@holdup/primitives";
import { serveSites } from "./web-sites.ts";

const pages = new Map([
  ["www.example.com", { length: 1_256, afterMs: 0 }],
  ["www.python.org", { length: 25_678, afterMs: 0 }],
  ["www.asyncio.org", { length: 3_456, afterMs: 0 }],
  ["www.github.com", { length: 56_789, afterMs: 0 }],
  ["www.stackoverflow.com", { length: 12_345, afterMs: 0 }],
]);

async function fetchUrl(base: string, site: string) {
  // fetch is not Holdup's: a cancel of this task reaches it through the task's signal.
  const response = await fetch(`${base}/${site}`, { signal: currentTask()?.signal ?? null });
  const text = await response.text();
  console.log(`Downloaded ${text.length} characters from ${site}`);
  return text;
}

async function main() {
  await using sites = await serveSites(pages);
  const downloads = Array.from(pages.keys(), (site) => () => fetchUrl(sites.base, site));
  const results = await gather(downloads, { returnExceptions: true });
  for (const result of results) {
    if (result instanceof Error) console.log(`Error: ${result.message}`);
    else console.log(`Received data of length ${result.length}`);
  }
}

await run(main);
