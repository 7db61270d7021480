import type { KeptHold, KeptWait, Page as Items } from "@holdup/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type WatchedPage } from "./chromium.ts";
import { eventually, get } from "./eventually.ts";
import { flawsInBothThemes } from "./flaws.ts";
import { PageStage } from "./page-stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.of("hand-over", { OTEL_SERVICE_NAME: "shop", OTEL_BSP_SCHEDULE_DELAY: "200" });
  await stage.program.line(/^done$/);
  await eventually(async () => {
    const waits = await get<Items<KeptWait>>(`${stage.collector.url}/api/waits`);
    const holds = await get<Items<KeptHold>>(`${stage.collector.url}/api/holds`);
    return waits.items.length === 5 && holds.items.length >= 5 ? true : undefined;
  }, 30_000);
});

afterAll(() => stage[Symbol.asyncDispose]());

async function openTimeline(): Promise<WatchedPage> {
  const watched = await stage.open("/timeline");
  await watched.page.getByText(/^\d+ spans$/).waitFor();
  return watched;
}

test("waits and holds are bars in lanes, told in a table with who, when and from which line", async () => {
  const { page, errors } = await openTimeline();

  const lanes = await page.locator(".timeline-lanes .name").allInnerTexts();
  expect(lanes.toSorted()).toEqual(["inventory", "payments"]);
  const painted = await page.locator(".timeline-sight canvas").evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext("2d")?.getImageData(0, 26, canvas.width, canvas.height - 26).data;
    return pixels?.some((value) => value > 0) ?? false;
  });
  expect(painted).toBe(true);

  await page.getByRole("button", { name: "Table", exact: true }).click();
  const row = page.getByRole("row", { name: /^wait inventory reserve-3/ });
  expect(await row.innerText()).toMatch(/granted/);
  expect(await row.innerText()).toMatch(/programs\/hand-over\.ts:\d+/);
  await page.getByRole("row", { name: /^hold inventory reserve-1/ }).waitFor();
  expect(errors).toEqual([]);
});

test("its keys work while nothing has the focus, but for those that lead to another view", async () => {
  const { page } = await openTimeline();
  const length = page.locator(".timeline-overview .nothing");
  const before = await length.innerText();

  await page.keyboard.press("w");
  expect(await length.innerText()).not.toBe(before);
  await page.keyboard.press("0");
  expect(await length.innerText()).toBe(before);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.waitForURL((url) => url.pathname === "/setup" && url.search === "");
});

test("keys go from bar to bar, and Enter to what is known of one: trace id, line, and the hold that it waited behind", async () => {
  const { page, errors } = await openTimeline();
  await page.getByRole("button", { name: "Table", exact: true }).click();
  await page
    .getByRole("row", { name: /^wait inventory reserve-2/ })
    .getByRole("button")
    .click();
  await page.getByRole("button", { name: "Timeline", exact: true }).click();
  const details = page.getByRole("region", { name: "wait inventory" });
  await details.waitFor();

  await page.getByRole("application", { name: /^Timeline of 2 lanes/ }).focus();
  await page.keyboard.press("ArrowUp");
  await page.getByRole("region", { name: "hold inventory" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await details.waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".span-details :focus").waitFor();

  const waits = await get<Items<KeptWait>>(`${stage.collector.url}/api/waits?primitive=inventory`);
  const text = await details.innerText();
  expect(waits.items.map(({ traceId }) => traceId)).toContain(/[0-9a-f]{32}/.exec(text)?.[0]);
  expect(text).toContain("hand-over.ts:");
  const behind = details.getByRole("button", { name: /^hold of .* by reserve-/ }).first();
  await behind.click();
  await page.getByRole("region", { name: "hold inventory" }).waitFor();
  expect(errors).toEqual([]);
});

test("keys zoom and move in time, and 0 shows all of it", async () => {
  const { page } = await openTimeline();
  const canvas = page.getByRole("application");
  const shown = (): Promise<string | null> => canvas.getAttribute("aria-label");

  await canvas.focus();
  const all = await shown();
  await page.keyboard.press("w");
  await page.keyboard.press("+");
  const closer = await shown();
  await page.keyboard.press("d");
  const later = await shown();
  await page.keyboard.press("0");

  expect(new Set([all, closer, later]).size).toBe(3);
  expect(await shown()).toBe(all);
});

test("lanes can be those of tasks", async () => {
  const { page } = await openTimeline();

  await page.getByRole("button", { name: "By task" }).click();

  const lanes = page.locator(".timeline-lanes .name").filter({ hasText: "reserve-3" });
  await lanes.waitFor();
  // The address remembers it.
  await page.reload();
  await lanes.waitFor();
});

test.each(["Timeline", "Table"])("the %s and its details are accessible in both themes", async (form) => {
  const { page } = await openTimeline();
  await page.getByRole("application").focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: form, exact: true }).click();

  expect(await flawsInBothThemes(page)).toEqual([]);
});
