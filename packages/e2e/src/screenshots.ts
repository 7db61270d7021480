/**
 * Takes the screenshots that the documentation shows, one for each view and theme: the demo after a while under load, a
 * program that is stuck, two recordings compared, and a collector that nothing has told anything yet.
 * `pnpm screenshots [seconds [view …]]`
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { launchChromium, openDashboard } from "./chromium.ts";
import { command, Program, repository, wired } from "./wired-program.ts";

/** One view as it is shown. */
interface Shot {
  /** Of the files: `NAME-light.png` and `NAME-dark.png`. */
  readonly name: string;
  readonly url: string;
  /** Brings the page to where it is worth showing. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const seconds = Number(process.argv[2] ?? 100);
/** All, if none are named. */
const wanted = process.argv.slice(3);
const folder = join(repository, "docs/screenshots");
mkdirSync(folder, { recursive: true });
const recordings = mkdtempSync(join(tmpdir(), "holdup-screenshots-"));
// The head has more customers, who wait for each other longer.
const [base, head] = [await record("base", 6), await record("head", 18)];

await using demo = new Program([command, "demo", "--port", "0", "--json"]);
await using stuckCollector = serve();
await using emptyCollector = serve();
const [demoUrl, stuckUrl, emptyUrl] = [
  await urlOf(demo),
  await urlOf(stuckCollector),
  await urlOf(emptyCollector),
];
await using stuck = wired("deadlock-and-queue", stuckUrl, { OTEL_SERVICE_NAME: "billing" });
await stuck.line(/^ready$/);
console.log(`the demo runs on ${demoUrl}; the screenshots are taken in ${seconds} s`);
await pause(seconds * 1000);

const shots: readonly Shot[] = [
  { name: "hot-spots", url: demoUrl },
  { name: "primitive", url: `${demoUrl}/primitive` },
  { name: "wait-graph", url: `${stuckUrl}/wait-graph` },
  { name: "timeline", url: `${demoUrl}/timeline` },
  { name: "event-loop", url: `${demoUrl}/event-loop` },
  { name: "findings", url: `${stuckUrl}/findings` },
  { name: "flamegraphs", url: `${demoUrl}/flamegraphs` },
  { name: "compare", url: `${demoUrl}/compare`, prepare: compare },
  { name: "report", url: pathToFileURL(join(recordings, "head", "report.html")).href },
  { name: "setup", url: `${emptyUrl}/setup` },
  { name: "empty", url: emptyUrl },
];
const browser = await launchChromium();
for (const shot of shots.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await openDashboard(browser, shot.url, {
      colorScheme,
      deviceScaleFactor: 2,
      viewport: { width: 1280, height: 800 },
    });
    await shot.prepare?.(page);
    // Views ask for what they show, and draw with the first point that comes.
    await page.waitForTimeout(6000);
    const path = join(folder, `${shot.name}-${colorScheme}.png`);
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
    await page.context().close();
    console.log(path);
  }
}
await browser.close();
rmSync(recordings, { recursive: true });

function serve(): Program {
  return new Program([command, "serve", "--port", "0", "--json", "--store", "memory"]);
}

async function urlOf(program: Program): Promise<string> {
  const [line] = await program.line(/^\{"event":"listening".*/);
  return (JSON.parse(line) as { url: string }).url;
}

/** A run of the checkout service with so many customers; the path of its `contention.json`. */
async function record(name: string, customers: number): Promise<string> {
  const out = join(recordings, name);
  const service = ["--conditions=@holdup/source", "examples/checkout/src/main.ts", "--port=0", "--seconds=8"];
  const run = [process.execPath, ...service, `--load=${customers}`];
  await using program = new Program([command, "record", "--out", out, "--", ...run]);
  const { code } = await program.ended;
  if (code !== 0) throw new Error(`recording ${name} ended with ${code}: ${program.errors}`);
  return join(out, "contention.json");
}

async function compare(page: Page): Promise<void> {
  for (const [side, file] of [
    ["Base", base],
    ["Head", head],
  ] as const) {
    const buffer = readFileSync(file);
    const name = `${side.toLowerCase()}.json`;
    await page.getByLabel(`${side} to open`).setInputFiles({ name, mimeType: "application/json", buffer });
  }
  await page.getByRole("region", { name: "Primitives, base and head" }).waitFor();
}
