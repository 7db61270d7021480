import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type WatchedPage } from "./chromium.ts";
import { flawsInBothThemes } from "./flaws.ts";
import { PageStage } from "./page-stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.of("deadlock-and-queue", { OTEL_SERVICE_NAME: "billing" });
  await stage.program.line(/^ready$/);
});

afterAll(() => stage[Symbol.asyncDispose]());

async function openGraph(): Promise<WatchedPage> {
  const watched = await stage.open("/wait-graph");
  await watched.page
    .getByText(/^Deadlock · [\d.]+\ss$/)
    .first()
    .waitFor();
  return watched;
}

function node(page: Page, name: RegExp): ReturnType<Page["locator"]> {
  return page.locator(".wait-graph .node").and(page.getByRole("button", { name }));
}

test("a deadlock is a labelled circle, and told as text with the lines and the order to take the locks in", async () => {
  const { page, errors } = await openGraph();

  const card = page.getByRole("region", { name: "Deadlock" });
  await card.getByText(/payInvoice holds accounts.*waits for ledger.*held by closeMonth/s).waitFor();
  await card.getByText(/closeMonth holds ledger.*waits for accounts.*held by payInvoice/s).waitFor();
  expect(await card.innerText()).toContain("accounts before ledger");
  expect(await card.locator(".site-file").allInnerTexts()).toEqual([
    "deadlock-and-queue.ts:12",
    "deadlock-and-queue.ts:14",
    "deadlock-and-queue.ts:18",
    "deadlock-and-queue.ts:20",
  ]);
  // Two lines for each edge of the circle, and an arrow; others wait beside it.
  expect(await page.locator(".wire.deadlock .wire-gap").count()).toBe(4);
  await node(page, /^3 tasks showBalance: waits for accounts/).waitFor();
  await node(page, /^lock accounts: held by payInvoice .* Part of a deadlock\.$/).waitFor();
  expect(errors).toEqual([]);
});

test("arrow keys move from node to node, Enter leads to the holder's line and Escape back", async () => {
  const { page, errors } = await openGraph();

  await node(page, /^lock ledger/).click();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  const first = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
  await page.keyboard.press("Enter");
  await page.locator(".node-card :focus").waitFor();
  const line = await page.locator(".node-card .site-file").first().innerText();
  await page.keyboard.press("Escape");
  const last = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");

  expect(first).not.toMatch(/^lock ledger/);
  expect(line).toMatch(/^deadlock-and-queue\.ts:\d+$/);
  // Ages go on meanwhile.
  expect(last.split(":")[0]).toBe(first.split(":")[0]);
  expect(errors).toEqual([]);
});

test("the list says what the picture says", async () => {
  const { page, errors } = await openGraph();

  await page.getByRole("button", { name: "List", exact: true }).click();
  const list = page.getByRole("region", { name: "Who waits for whom, as a list" });

  const text = await list.innerText();
  for (const name of ["accounts", "ledger", "reports", "payInvoice", "closeMonth", "report-3"]) {
    expect(text).toContain(name);
  }
  expect(text).toMatch(/3 tasks showBalance/);
  expect(text).toMatch(/Deadlock · /);
  // The address remembers it.
  await page.reload();
  await list.waitFor();
  expect(errors).toEqual([]);
});

test.each(["Graph", "List"])("the %s is accessible in both themes", async (form) => {
  const { page } = await openGraph();
  await page.getByRole("button", { name: form, exact: true }).click();

  expect(await flawsInBothThemes(page)).toEqual([]);
});
