/**
 * 15.5.1 One of the five hangs up, the others answer at different times: downloads end in the order of
 * the answers, results keep the order of the arguments, the error is in its place.
 *
 * The book looks for errors by `isinstance(result, Exception)`, which a cancelled download is not in
 * Python; here a CancelledError is an Error like others.
 */
import { currentTask, gather, run } from "@holdup/primitives";
import { serveSites } from "./web-sites.ts";

const pages = new Map([
  ["www.example.com", { length: 1_256, afterMs: 600 }],
  ["www.python.org", { length: 25_678, afterMs: 200 }],
  ["www.github.com", { length: 56_789, afterMs: 50 }],
  ["www.stackoverflow.com", { length: 12_345, afterMs: 400 }],
]);

const urls = [
  "www.example.com",
  "www.python.org",
  "www.asyncio.org", // hangs up
  "www.github.com",
  "www.stackoverflow.com",
];

async function fetchUrl(base: string, site: string) {
  const response = await fetch(`${base}/${site}`, { signal: currentTask()?.signal ?? null });
  const text = await response.text();
  console.log(`Downloaded ${text.length} characters from ${site}`);
  return text;
}

async function main() {
  await using sites = await serveSites(pages);
  const downloads = urls.map((site) => () => fetchUrl(sites.base, site));
  const results = await gather(downloads, { returnExceptions: true });
  for (const result of results) {
    if (result instanceof Error) console.log(`Error: ${result.message}`);
    else console.log(`Received data of length ${result.length}`);
  }
}

await run(main);
