/**
 * Takes the screenshots that the documentation shows: the demo, after half a minute under load.
 * `pnpm screenshot [seconds]`
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchChromium, openDashboard } from "./chromium.ts";
import { command, Program, repository } from "./wired-program.ts";

const seconds = Number(process.argv[2] ?? 100);
const folder = join(repository, "docs/screenshots");
mkdirSync(folder, { recursive: true });

await using demo = new Program([command, "demo", "--port", "0", "--json"]);
const [line] = await demo.line(/^\{"event":"listening".*/);
const { url } = JSON.parse(line) as { url: string };
console.log(`the demo runs on ${url}; the screenshots are taken in ${seconds} s`);
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const browser = await launchChromium();
for (const colorScheme of ["light", "dark"] as const) {
  const { page } = await openDashboard(browser, url, {
    colorScheme,
    deviceScaleFactor: 2,
    viewport: { width: 1280, height: 800 },
  });
  await page.getByRole("row", { name: /^1 inventory/ }).waitFor();
  // The charts draw with the first point that comes.
  await page.waitForTimeout(2000);
  const path = join(folder, `hot-spots-${colorScheme}.png`);
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
  console.log(path);
}
await browser.close();
