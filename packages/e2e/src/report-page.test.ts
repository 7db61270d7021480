/** The report of a recording as somebody opens it: a file, without a server and without a network. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseRecording, type Recording, type ReportData } from "@holdup/recording";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium, openDashboard } from "./chromium.ts";
import { flawsInBothThemes } from "./flaws.ts";
import { command, Program, programPath } from "./wired-program.ts";

const folder = mkdtempSync(join(tmpdir(), "holdup-report-"));
const [shop, stuck] = [join(folder, "shop"), join(folder, "stuck")];
let browser: Browser;

/** The views of a report, and what stands in each when it is there. */
const views: readonly (readonly [title: string, there: RegExp])[] = [
  ["Hot spots", /^Waiting caused$/],
  ["Primitive", /^How long waits took$/],
  ["Wait-for", /^When the run ended, nobody waited\.$|^when the run ended/],
  ["Timeline", /^Timeline$/],
  ["Event loop", /second to second is not in a recording/],
  ["Findings", /^\d+ findings?$/],
  ["Flamegraphs", /^Waiting, by stack$/],
  ["Compare", /^Two recordings are compared/],
  ["Recording", /^Ended with exit code$/],
];

interface Report {
  readonly page: Page;
  /** Uncaught errors, `console.error`, and what the page's policy forbade. */
  readonly errors: string[];
  /** What it asked of anyone but its own file. */
  readonly requests: string[];
}

async function open(url: string, options: BrowserContextOptions = {}): Promise<Report> {
  const { page, errors } = await openDashboard(browser, url, options);
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  return { page, errors, requests };
}

function reportOf(out: string, query = ""): string {
  return `${pathToFileURL(join(out, "report.html")).href}${query}`;
}

function recordingOf(out: string): Recording {
  return parseRecording(readFileSync(join(out, "contention.json"), "utf8"));
}

async function goTo(page: Page, title: string): Promise<void> {
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: title }).click();
  await page.getByRole("main", { name: title }).waitFor();
}

beforeAll(async () => {
  const service = ["--conditions=@holdup/source", "examples/checkout/src/main.ts", "--port=0", "--seconds=4"];
  await using run = record(shop, [...service, "--load=12"]);
  expect(await run.ended).toMatchObject({ code: 0 });
  await using blocked = record(stuck, [programPath("hostile-names")]);
  await blocked.line(/^ready$/);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  blocked.kill("SIGTERM");
  expect(await blocked.ended).toMatchObject({ code: 143 });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function record(out: string, args: readonly string[]): Program {
  return new Program([command, "record", "--out", out, "--", process.execPath, ...args]);
}

test("its home page ranks what made others wait the most, with the line that held it, as the recording has it", async () => {
  const { page, errors } = await open(reportOf(shop));
  const recording = recordingOf(shop);
  const [first] = recording.primitives;

  const rows = page.getByRole("grid", { name: "Hot spots" }).locator("tbody tr[aria-rowindex]");
  await rows.first().getByText("inventory.ts:46").last().waitFor();

  expect(first?.name).toBe("inventory");
  expect(await rows.first().locator(".column-name").innerText()).toContain("inventory");
  expect(await rows.first().locator(".column-holder").innerText()).toContain("inventory.ts:46");
  expect(await rows.count()).toBe(recording.primitives.length);
  const verdict = page.getByRole("region", { name: "Selected primitive" });
  expect(await verdict.innerText()).toMatch(
    /inventory made others wait .* of the recording: .* of all waiting/,
  );
  expect(await verdict.innerText()).toMatch(/Inside the hold at inventory\.ts:46, .* using database/);
  const tiles = page.getByRole("region", { name: "In the run" });
  const figures = await tiles.innerText();
  await page.getByText("Waiting line", { exact: true }).click();
  await page.waitForFunction(() => window.location.search.includes("group=waiter"));
  await rows.first().getByText("inventory.ts:46").last().waitFor();
  expect(await tiles.innerText()).toBe(figures);
  const badge = page.locator(".recorded-badge");
  expect(await badge.innerText()).toMatch(/^Recorded .*, for [\d.]+\ss, ended with exit code 0$/);
  // There is nothing to pause, no connection and no collector.
  expect(await page.getByRole("button", { name: /Pause|Copy link/ }).count()).toBe(0);
  expect(await page.getByText(/\bLive\b|Disconnected|collector|no data/).count()).toBe(0);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("every view opens, without an error, a request or anything that its policy forbids", async () => {
  const { page, errors, requests } = await open(reportOf(shop));
  const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");

  for (const [title, there] of views) {
    await goTo(page, title);
    await page.getByText(there).first().waitFor({ state: "attached" });
  }

  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:/,
  );
  expect(requests).toEqual([]);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("every view keeps WCAG 2.2 AA in both themes", async () => {
  const { page } = await open(reportOf(shop));

  for (const [title, there] of views) {
    await goTo(page, title);
    await page.getByText(there).first().waitFor({ state: "attached" });
    await page.waitForTimeout(300);
    expect({ title, flaws: await flawsInBothThemes(page) }).toEqual({ title, flaws: [] });
  }
  await page.context().close();
  // Eighteen looks of axe, on a machine that may be busy.
}, 180_000);

test("the figures are those of contention.json: the detail of a primitive, its course and its single waits", async () => {
  const { page } = await open(reportOf(shop, "?view=primitive"));
  const [inventory] = recordingOf(shop).primitives;
  await page.getByRole("region", { name: "Longest waits", exact: true }).getByRole("row").nth(3).waitFor();

  const operations = page.locator(".figures > div", { hasText: /^Operations/ }).locator("strong");
  expect(await operations.innerText()).toBe(
    new Intl.NumberFormat("en-US").format(inventory?.operations ?? 0),
  );
  const drawn = await page.evaluate(() => {
    const chart = window.__holdupCharts.get("wait-percentiles");
    return chart?.data.datasets[2]?.data.filter(({ y }) => y !== null).length ?? 0;
  });
  expect(drawn).toBeGreaterThan(10);
  expect(await page.getByText("Holds over time").count()).toBe(0);
  await page.context().close();
});

test("a reload, the back button and a link keep the place", async () => {
  const { page } = await open(reportOf(shop));

  await goTo(page, "Flamegraphs");
  await page.locator(".flame g.frame").nth(2).waitFor();
  await page.getByText("holder", { exact: true }).click();
  await page.waitForFunction(() => window.location.search.includes("blame=holder"));
  await page.reload();
  await page.locator(".flame g.frame").nth(2).waitFor();

  expect(await page.getByRole("button", { name: "holder", pressed: true }).count()).toBe(1);
  expect(new URL(page.url()).searchParams.get("view")).toBe("flamegraphs");
  await page.goBack();
  await page.getByRole("main", { name: "Hot spots" }).waitFor();
  const href = await page.getByRole("link", { name: "Findings" }).getAttribute("href");
  const { page: other } = await open(new URL(href ?? "", page.url()).href);
  await other.getByRole("main", { name: "Findings" }).waitFor();
  await page.context().close();
  await other.context().close();
});

test("the keyboard leads through it: to views, along rows, up again; there is no pause", async () => {
  const { page, errors } = await open(reportOf(shop));
  await page.getByRole("grid", { name: "Hot spots" }).locator("[aria-selected=true]").focus();

  await page.keyboard.press("ArrowDown");
  await page.locator("tr[aria-selected=true][aria-rowindex='3']").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("main", { name: "Primitive" }).waitFor();
  await page.keyboard.press("Space");
  await page.keyboard.press("[");
  expect(new URL(page.url()).search).not.toMatch(/paused|from=/);
  await page.keyboard.press("Escape");
  await page.getByRole("main", { name: "Hot spots" }).waitFor();
  for (const [keys, title] of [
    ["gl", "Timeline"],
    ["gs", "Recording"],
  ] as const) {
    for (const key of keys) await page.keyboard.press(key);
    await page.getByRole("main", { name: title }).waitFor();
  }
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keys" });
  await list.waitFor();
  expect(await list.innerText()).not.toMatch(/Pause|stretch of time before/);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("a server that knows nothing of it serves it as it is, below any path", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.setHeader("Content-Type", "text/html");
    response.end(readFileSync(join(shop, "report.html")));
  }).listen(0);
  const { port } = server.address() as AddressInfo;
  const { page, errors, requests } = await open(`http://127.0.0.1:${port}/artifacts/42/report.html`);

  await goTo(page, "Timeline");
  await page.getByRole("img", { name: /./ }).first().waitFor();
  expect(new URL(page.url())).toMatchObject({
    pathname: "/artifacts/42/report.html",
    search: "?view=timeline",
  });
  expect(requests).toEqual([]);
  await page.reload();
  await page.getByRole("main", { name: "Timeline" }).waitFor();
  expect(new Set(asked)).toEqual(
    new Set(["/artifacts/42/report.html", "/artifacts/42/report.html?view=timeline"]),
  );
  expect(errors).toEqual([]);
  await page.context().close();
  server.close();
});

test("a recording that is dropped on it is compared with its own", async () => {
  const { page, errors } = await open(reportOf(shop, "?view=compare"));

  await page.getByLabel("Base to open").setInputFiles(join(shop, "contention.json"));

  await page.getByRole("heading", { name: /^(Unchanged|Unsure)/ }).waitFor();
  await page
    .getByRole("region", { name: "Primitives, base and head" })
    .getByText("inventory")
    .first()
    .waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test("of a run that hung the graph shows the deadlock, and names that are markup are text", async () => {
  const { page, errors, requests } = await open(reportOf(stuck, "?view=wait-graph"));

  await page
    .getByText(/^Deadlock · /)
    .first()
    .waitFor();
  for (const [title] of views) await goTo(page, title);
  await goTo(page, "Hot spots");
  await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();

  expect(await page.locator("img").count()).toBe(0);
  expect(await page.locator(".recorded-badge").innerText()).toContain("exit code 143");
  expect(requests).toEqual([]);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("its data stands in it for programs, too", () => {
  const html = readFileSync(join(shop, "report.html"), "utf8");
  const json =
    /<script type="application\/json" id="holdup-recording">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  const { recording, cpu } = JSON.parse(json) as ReportData;

  expect(recording).toEqual(recordingOf(shop));
  expect(cpu.total).toBeGreaterThan(0);
});
