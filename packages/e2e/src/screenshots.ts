/**
 * Takes the screenshots that the documentation shows, one for each view and theme: the demo after a while under load, and
 * beside it a program that is stuck. `pnpm screenshots [seconds]`
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchChromium, openDashboard } from "./chromium.ts";
import { command, Program, repository, wired } from "./wired-program.ts";

/** The views that show more of a program that is stuck. */
const ofTheStuck = new Set(["wait-graph", "findings"]);

const seconds = Number(process.argv[2] ?? 100);
const folder = join(repository, "docs/screenshots");
mkdirSync(folder, { recursive: true });

await using demo = new Program([command, "demo", "--port", "0", "--json"]);
const [line] = await demo.line(/^\{"event":"listening".*/);
const { url } = JSON.parse(line) as { url: string };
console.log(`the demo runs on ${url}; the screenshots are taken in ${seconds} s`);
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
await using stuck = wired("deadlock-and-queue", url, { OTEL_SERVICE_NAME: "billing" });
await stuck.line(/^ready$/);

const browser = await launchChromium();
for (const colorScheme of ["light", "dark"] as const) {
  const { page } = await openDashboard(browser, url, {
    colorScheme,
    deviceScaleFactor: 2,
    viewport: { width: 1280, height: 860 },
  });
  const views = await page
    .getByRole("navigation", { name: "Views" })
    .getByRole("link")
    .evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).pathname.slice(1)));
  for (const view of views) {
    await page.goto(`${url}/${view}?service=${ofTheStuck.has(view) ? "billing" : "checkout"}`);
    await page.locator("body[data-ready]").waitFor();
    // Views load when they are first shown, ask for what they show, and draw with the first point that comes.
    await page.waitForTimeout(6000);
    const path = join(folder, `${view === "" ? "hot-spots" : view}-${colorScheme}.png`);
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
    console.log(path);
  }
}
await browser.close();
