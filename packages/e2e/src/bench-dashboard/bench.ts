/**
 * `pnpm bench:dashboard [minutes]`: what the hot spots cost the browser that shows them, with a thousand primitives that
 * change four times a second, for ten minutes or so many; then a plain page with the same data. It starts the built
 * `holdup`, and writes docs/benchmarks-dashboard.md. Never part of the tests.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { constants, cpus, loadavg, setPriority } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../chromium.ts";
import { command, Program, repository } from "../wired-program.ts";
import { Load, primitives } from "./load.ts";
import { pageCost, type PageCost } from "./page-cost.ts";
import { Peer } from "./peer.ts";
import { goalRows, report, type Results } from "./report.ts";

const minutes = Number(process.argv[2] ?? 10);
/** The page keeps two minutes of every primitive: until then it grows as it has to. */
const warmUpSeconds = 130;
const peerSeconds = 30;
const emptySeconds = 15;

const browser = await launchChromium();
// Whoever looks mostly has another machine than what is looked at: the browser goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
await using collector = new Program([command, "serve", "--port", "0", "--json", "--store", "memory"]);
const [, url = ""] = await collector.line(/"url":"([^"]+)"/);
await using peer = await Peer.start(url);
using load = new Load(url);
const before = { load: loadavg()[0] ?? Number.NaN, used: processorTime() };

const costs: { empty: PageCost[]; peer: PageCost[]; ours: PageCost[] } = { empty: [], peer: [], ours: [] };
await besides();
const told = { rounds: load.rounds, at: performance.now() };
costs.ours.push(await ours());
const reached = (load.rounds - told.rounds) / ((performance.now() - told.at) / 1000);
await besides();
await browser.close();

const ticks = processorTime();
const [cost] = costs.ours;
if (load.trouble !== undefined || cost === undefined) throw new Error(`a body was refused: ${load.trouble}`);
const results: Results = {
  minutes,
  warmUpSeconds,
  hertz: reached,
  ours: cost,
  peer: costs.peer,
  empty: costs.empty,
  load: {
    before: before.load,
    after: loadavg()[0] ?? Number.NaN,
    used: (ticks.used - before.used.used) / (ticks.all - before.used.all),
  },
};
for (const cells of goalRows(results)) console.log(cells.join("  "));
const file = join(repository, "docs/benchmarks-dashboard.md");
mkdirSync(join(repository, "docs"), { recursive: true });
writeFileSync(file, report(results, new Date().toISOString().slice(0, 10)));
console.log(`written to ${file}`);

/** What it is compared with, around it: what changes meanwhile on the machine shows in the difference. */
async function besides(): Promise<void> {
  costs.empty.push(await watch(browser, `${peer.url}/empty`, emptySeconds, async () => {}));
  costs.peer.push(
    await watch(browser, peer.url, peerSeconds, async (page) => {
      await page.locator(`body[data-rows="${primitives}"]`).waitFor();
    }),
  );
}

function ours(): Promise<PageCost> {
  return watch(browser, url, minutes * 60, async (page) => {
    await page.locator("body[data-ready]").waitFor();
    await page.locator(`table[aria-rowcount="${primitives + 1}"]`).waitFor();
    await page.waitForTimeout(warmUpSeconds * 1000);
  });
}

async function watch(
  of: Browser,
  address: string,
  seconds: number,
  ready: (page: Page) => Promise<void>,
): Promise<PageCost> {
  const page = await of.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
  await page.goto(address);
  await ready(page);
  console.log(`${address}: watched for ${seconds} s`);
  const found = await pageCost(page, seconds);
  console.log(JSON.stringify(found));
  await page.close();
  return found;
}

/** Of all processors since the machine started. */
function processorTime(): { readonly used: number; readonly all: number } {
  const times = cpus().map(({ times: { user, nice, sys, irq, idle } }) => [user + nice + sys + irq, idle]);
  const used = times.reduce((sum, [busy = 0]) => sum + busy, 0);
  return { used, all: used + times.reduce((sum, [, idle = 0]) => sum + idle, 0) };
}
