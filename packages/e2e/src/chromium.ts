import { accessSync, constants } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

/** Where a Chromium may be; `packages/cli/start.mjs` looks at the same places. */
const browsers = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Starts a headless Chromium. @throws Error that says what to install if there is none */
export function launchChromium(): Promise<Browser> {
  const executablePath = browsers.find((path) => path !== undefined && executable(path));
  if (executablePath === undefined) {
    throw new Error(
      "no Chromium or Chrome was found for the browser tests; install one, or set CHROMIUM_PATH to it",
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--font-render-hinting=none",
      "--force-color-profile=srgb",
      "--hide-scrollbars",
    ],
  });
}

/** A page that collects what went wrong on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Uncaught errors and messages of `console.error`. */
  readonly errors: string[];
}

/** Opens a URL and waits until the dashboard has its first data. */
export async function openDashboard(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: "light",
    reducedMotion: "reduce",
    locale: "en-US",
    timezoneId: "UTC",
    ...options,
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(url);
  await page.locator("body[data-ready]").waitFor();
  return { page, errors };
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
