/** What holds for every view of the page. What one view does by itself is tested beside it: `page.test.ts`, `*-page.test.ts`. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { startCollector } from "@holdup/collector";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDashboard, type WatchedPage } from "./chromium.ts";
import { eventually } from "./eventually.ts";
import { flawsOf } from "./flaws.ts";
import { hostileNames, type PageStage } from "./page-stage.ts";
import { repository, wired } from "./wired-program.ts";

/** Gzipped. */
const budget = { first: 250_000, lazy: 120_000 };
interface View {
  readonly key: string;
  readonly path: string;
  readonly title: string;
}

// Read, not imported: the page's modules are for a browser.
const views: readonly View[] = [
  ...readFileSync(join(repository, "dashboard/src/views.ts"), "utf8").matchAll(
    /\bkey: "([^"]*)",\s+path: "([^"]*)",\s+title: "([^"]*)"/g,
  ),
].map(([, key = "", path = "", title = ""]) => ({ key, path, title }));

/** What stands in a view that was loaded, when it is opened while nobody answers; else it is said that nobody did. */
const withoutCollector: Readonly<Record<string, RegExp>> = {
  "hot-spots": /^inventory$/,
  "wait-graph": /^Nobody answers at/,
  timeline: /Looking for waits/,
  findings: /Nothing was found|Findings|findings/,
  compare: /^Two recordings are compared/,
  setup: /isn't connected/,
};

let stage: PageStage;

beforeAll(async () => {
  stage = await hostileNames();
});

afterAll(() => stage[Symbol.asyncDispose]());

/** The home page, when it shows its ranking. */
async function openHome(
  options: BrowserContextOptions = {},
  url = stage.collector.url,
): Promise<WatchedPage> {
  const watched = await openDashboard(stage.browser, url, options);
  await watched.page.getByRole("region", { name: "Ranking" }).waitFor();
  return watched;
}

/** Follows the link in the rail, and waits until the view is there. */
async function goTo(page: Page, { title }: View): Promise<void> {
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: title }).click();
  await shows(page, title);
}

async function shows(page: Page, title: string): Promise<void> {
  const main = page.getByRole("main", { name: title, exact: true });
  await main.locator(".view > :not(.loading)").first().waitFor();
}

/** What the page has loaded of the bundle, by file name. */
function assetsOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .flatMap(({ name }) => /\/assets\/([^?]*)$/.exec(name)?.[1] ?? []),
  );
}

function gzipped(assets: readonly string[]): number {
  return assets.reduce((sum, name) => {
    const bytes = readFileSync(join(repository, "packages/collector/public/assets", name));
    return sum + gzipSync(bytes).byteLength;
  }, 0);
}

test("the rail leads to every view, in their order", async () => {
  const { page } = await openHome();

  const links = page.getByRole("navigation", { name: "Views" }).getByRole("link");
  const paths = await links.evaluateAll((all) =>
    all.map((link) => new URL((link as HTMLAnchorElement).href).pathname.slice(1)),
  );

  expect(paths).toEqual(views.map(({ path }) => path));
  expect(paths.length).toBeGreaterThan(8);
  await page.context().close();
});

test("the home page loads little, and no other view", async () => {
  const { page } = await openHome();
  const loaded = await assetsOf(page);

  expect(gzipped(loaded)).toBeLessThanOrEqual(budget.first);
  const keys = views.slice(1).map(({ key }) => `${key}-`);
  expect(loaded.filter((name) => keys.some((key) => name.startsWith(key)))).toEqual([]);
  await page.context().close();
});

test.each(views)(
  "$title is loaded when it is shown, has names as text within its bounds, and keeps nobody out",
  async (view) => {
    const { page, errors } = await openHome();
    const atFirst = await assetsOf(page);

    await goTo(page, view);

    const loaded = (await assetsOf(page)).filter((name) => !atFirst.includes(name));
    expect(gzipped(loaded)).toBeLessThanOrEqual(budget.lazy);
    if (view.path !== "") expect(loaded.some((name) => name.startsWith(`${view.key}-`))).toBe(true);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await flawsOf(page)).toEqual([]);
    }
    expect(await page.locator("img, b").count()).toBe(0);
    for (const width of [1440, 900]) {
      await page.setViewportSize({ width, height: 800 });
      const beyond = await page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        return Math.max(scrollWidth - window.innerWidth, scrollHeight - window.innerHeight);
      });
      expect(beyond).toBeLessThanOrEqual(0);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  },
);

test("every view is the same after a reload, and the back button goes through all of them", async () => {
  const { page, errors } = await openHome({}, `${stage.collector.url}/?service=shop`);
  const been: { readonly url: string; readonly title: string }[] = [];
  for (const view of views) {
    await goTo(page, view);
    const url = page.url();
    await page.reload();
    await shows(page, view.title);
    expect(page.url()).toBe(url);
    expect(new URL(url).searchParams.get("service")).toBe("shop");
    been.push({ url, title: view.title });
  }

  for (const { url, title } of been.toReversed().slice(1)) {
    await page.goBack();
    await shows(page, title);
    expect(page.url()).toBe(url);
  }
  expect(errors).toEqual([]);
  await page.context().close();
});

test("a paused page stands still in every view", async () => {
  const { page, errors } = await openHome();
  await page.keyboard.press("Space");
  const pause = page.getByRole("button", { name: /^paused/ });
  await pause.waitFor();

  // The setup tells of the collector, which goes on.
  for (const view of views.filter(({ key }) => key !== "setup")) {
    await goTo(page, view);
    expect(new URL(page.url()).searchParams.get("paused")).toMatch(/^\d+$/);
    // What a view asks for when it is opened may come in parts.
    const still = page.getByRole("main");
    await eventually(async () => {
      const before = await still.innerText();
      const told = await pause.innerText();
      await expect.poll(() => pause.innerText(), { timeout: 20_000 }).not.toBe(told);
      return (await still.innerText()) === before ? true : undefined;
    }, 30_000);
  }
  await pause.click();
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test("without a collector every view that was loaded says so, and goes on by itself", async () => {
  const own = await startCollector({ port: 0 });
  const { port } = new URL(own.url);
  await using other = wired("hand-over", own.url, { OTEL_SERVICE_NAME: "shop" });
  await other.line(/^done$/);
  const { page } = await openHome({}, own.url);
  const uncaught: string[] = [];
  page.on("pageerror", ({ message }) => uncaught.push(message));
  for (const view of views) await goTo(page, view);

  await own.close();

  const banner = page.getByRole("complementary", { name: "Connection" });
  await banner.getByText(/^Showing what was known at/).waitFor();
  for (const { title, key } of views) {
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: title }).click();
    const main = page.getByRole("main", { name: title, exact: true });
    await main
      .getByText(withoutCollector[key] ?? /did not answer/)
      .first()
      .waitFor();
    await banner.waitFor();
  }
  const again = await startCollector({ port: Number(port) });
  await banner.waitFor({ state: "detached" });
  await again.close();
  expect(uncaught).toEqual([]);
  await page.context().close();
});

test("no script runs that the collector did not serve as a file", async () => {
  const answers = await Promise.all(
    views.map(({ path }) => fetch(`${stage.collector.url}/${path}`, { headers: { accept: "text/html" } })),
  );
  for (const { status, headers } of answers) {
    expect(status).toBe(200);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/(^|;)\s*script-src 'self'(;|$)/);
    expect(policy).not.toMatch(/unsafe-(inline|eval)/);
  }

  const { page } = await openHome();
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'it ran'";
    document.body.append(script);
    return document.title;
  });
  expect(ran).toBe("Holdup");
  await page.context().close();
});

test("by keys alone one comes from the home page to the holder's line, and copies it", async () => {
  const { page, errors } = await openHome({ permissions: ["clipboard-read", "clipboard-write"] });
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const { activeElement: element } = document;
      const cell = element?.closest(".column-holder") === null ? "" : "holder: ";
      return cell + (element?.getAttribute("aria-label") ?? element?.textContent ?? "");
    });

  await page.keyboard.press("/");
  await page.keyboard.type("inventory");
  let presses = 0;
  while (!/^holder: Copy path .*hostile-names\.ts:\d+$/.test(await focused())) {
    expect(++presses).toBeLessThan(40);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");

  await page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^packages\/e2e\/src\/programs\/hostile-names\.ts:\d+$/);
  expect(errors).toEqual([]);
  await page.context().close();
});
