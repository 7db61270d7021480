import type { HotSpot } from "@holdup/protocol";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCollector } from "@holdup/collector";
import { launchChromium, openDashboard } from "./chromium.ts";
import { flawsInBothThemes } from "./flaws.ts";
import { eventually, get } from "./eventually.ts";
import { command, Program, wired } from "./wired-program.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser.close());

test("within 2 s of the first contended wait the page ranks the lock with both sites", async () => {
  await using collector = await startCollector({ port: 0 });
  const { page, errors } = await openDashboard(browser, collector.url);
  await page.getByRole("heading", { name: "No data yet" }).waitFor();
  await using program = wired("contend-on-request", collector.url, { OTEL_SERVICE_NAME: "inventory" });
  await program.line(/^ready$/);

  const ranked = page.evaluate(firstRanked);
  program.write("go");
  const [, since] = await program.line(/^waiting since (\d+)$/);
  const row = page.getByRole("row", { name: /^1 inventory/ });

  expect((await ranked) - Number(since)).toBeLessThan(2000);
  await row.waitFor();
  await row.getByText("contend-on-request.ts").first().waitFor();
  const { items } = await get<{ items: HotSpot[] }>(`${collector.url}/api/hotspots`);
  expect(items[0]).toMatchObject({
    waiterSite: { functionName: "waitLong", filePath: "packages/e2e/src/programs/contend-on-request.ts" },
    holderSite: { functionName: "holdLong", filePath: "packages/e2e/src/programs/contend-on-request.ts" },
  });
  expect(errors).toEqual([]);
});

// In the page: when the frame after the first row was painted, as Unix ms. Whoever asks from outside is told later.
function firstRanked(): Promise<number> {
  return new Promise((resolve) => {
    const look = (): void => {
      const rows = [...document.querySelectorAll("tbody tr")];
      if (rows.some(({ textContent }) => textContent.includes("inventory"))) resolve(Date.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}

test("the demo: the checkout service's inventory lock is the top hot spot, held at a line of its TypeScript", async () => {
  await using demo = new Program([command, "demo", "--port", "0", "--json"]);
  const [line] = await demo.line(/^\{"event":"listening".*/);
  const { url } = JSON.parse(line) as { url: string };
  const top = await eventually(async () => {
    const { items } = await get<{ items: HotSpot[] }>(`${url}/api/hotspots`);
    return (items[0]?.contended ?? 0) > 100 ? items[0] : undefined;
  }, 30_000);

  expect(top).toMatchObject({
    service: "checkout",
    primitive: { name: "inventory", type: "lock" },
    holderSite: { functionName: "reserve", filePath: "examples/checkout/src/inventory.ts" },
  });

  const { page, errors } = await openDashboard(browser, url);
  await page.getByRole("row", { name: /^1 inventory/ }).waitFor();
  await page.getByRole("img", { name: /wait/i }).first().waitFor();
  expect(await flawsInBothThemes(page)).toEqual([]);
  expect(errors).toEqual([]);

  demo.kill("SIGINT");
  expect(await demo.ended).toEqual({ code: 0, signal: null });
  await page.locator('body[data-connection="disconnected"]').waitFor();
});
