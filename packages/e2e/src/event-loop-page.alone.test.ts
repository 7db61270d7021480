import { startCollector } from "@holdup/collector";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium, openDashboard } from "./chromium.ts";
import { flawsInBothThemes } from "./flaws.ts";
import { wired } from "./wired-program.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser.close());

test("the page says what blocks the event loop while it does, and whose fault the waiting was", async () => {
  await using collector = await startCollector({ port: 0 });
  const { page, errors } = await openDashboard(browser, `${collector.url}/event-loop`);
  await page.getByText("Nothing is known of event loops").waitFor();
  await using program = wired("blocked-loop", collector.url, {
    OTEL_SERVICE_NAME: "reports",
    OTEL_METRIC_EXPORT_INTERVAL: "250",
  });
  await program.line(/^ready$/);
  await page.getByLabel("Process").waitFor();
  program.write("go");
  await program.line(/^blocking$/);

  const blocks = page.getByRole("region", { name: "What blocked the event loop" });
  await blocks.getByText(/is blocked for \d\.\d s so far in render at .*blocked-loop\.ts:\d+/).waitFor();
  expect(program.lines).not.toContain("unblocked");
  await blocks.getByText("render", { exact: true }).waitFor();

  await blocks.getByText(/was blocked for \d\.\d s in render at/).waitFor();
  const row = page.getByRole("row", { name: /^report/ });
  await row.waitFor();
  await page.getByText(/The event loop stood still for \d\.\d\ss; of .* was its doing/).waitFor();
  const drawn = await page.evaluate(() =>
    window.__holdupCharts.get("loop-delay")?.data.datasets[0]?.data.map(({ y }) => y ?? 0),
  );
  expect(Math.max(...(drawn ?? []))).toBeGreaterThan(2.8);
  await showsTheSameAsTable(page);
  expect(await flawsInBothThemes(page)).toEqual([]);
  expect(errors).toEqual([]);
});

async function showsTheSameAsTable(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show as table: Event loop delay" }).click();
  const table = page.getByRole("region", { name: "Event loop delay, table" });
  expect(await table.getByRole("columnheader").allInnerTexts()).toEqual([
    "10 s until",
    "longest",
    "p99",
    "p50",
  ]);
  await table
    .getByRole("cell", { name: /^[23]\.\d\ss$/ })
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Show as table: Event loop delay" }).click();
}

declare global {
  interface Window {
    /** The charts on the page by name, as far as this test looks at them. */
    __holdupCharts: Map<string, { data: { datasets: { data: { y: number | null }[] }[] } }>;
  }
}
