import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCollector, type Collector } from "@holdup/collector";
import { launchChromium, openDashboard } from "./chromium.ts";
import { flawsInBothThemes } from "./flaws.ts";
import { command, Program, programPath } from "./wired-program.ts";

const folder = mkdtempSync(join(tmpdir(), "holdup-compare-"));
let collector: Collector;
let browser: Browser;

/** The `contention.json` of a run. */
async function record(name: string): Promise<Buffer> {
  const out = join(folder, name);
  await using run = new Program([
    command,
    "record",
    "--out",
    out,
    "--",
    process.execPath,
    programPath("five-tasks"),
  ]);
  expect(await run.ended).toMatchObject({ code: 0 });
  return readFileSync(join(out, "contention.json"));
}

beforeAll(async () => {
  collector = await startCollector({ port: 0 });
  browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await collector?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("two recordings that are opened are compared, and the address leads others to the same", async () => {
  const recording = await record("base");
  const { page, errors } = await openDashboard(browser, `${collector.url}/compare`);
  await page.getByText("holdup record --out base").waitFor();

  for (const side of ["Base", "Head"]) {
    await page
      .getByLabel(`${side} to open`)
      .setInputFiles({ name: `${side}.json`, mimeType: "application/json", buffer: recording });
  }
  await page.getByRole("heading", { name: /^(Unchanged|Unsure)/ }).waitFor();

  const { page: other } = await openDashboard(browser, page.url());
  await other.getByRole("heading", { name: /^(Unchanged|Unsure)/ }).waitFor();
  const table = other.getByRole("region", { name: "Primitives, base and head" });
  await table.getByRole("row", { name: /five/ }).waitFor();
  const frames = await other.locator(".flame g.frame title").allTextContents();
  expect(frames).toContainEqual(expect.stringMatching(/^e, .*five-tasks\.ts:38: .*: as before$/));
  expect(await flawsInBothThemes(other)).toEqual([]);
  expect(errors).toEqual([]);
});

test("what is no recording is refused in a sentence", async () => {
  const { page } = await openDashboard(browser, `${collector.url}/compare`);

  await page
    .getByLabel("Base to open")
    .setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });

  await page.getByRole("alert").filter({ hasText: "a.txt can't be opened." }).waitFor();
});
