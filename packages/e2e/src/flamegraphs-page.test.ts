import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDashboard } from "./chromium.ts";
import { flawsOf } from "./flaws.ts";
import { PageStage } from "./page-stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.of("steady");
});

afterAll(() => stage[Symbol.asyncDispose]());

async function open(query = "", options = {}): Promise<{ page: Page; errors: string[] }> {
  const opened = await stage.open(`/flamegraphs${query}`, options);
  await opened.page.locator(".flame g.frame").nth(2).waitFor();
  return opened;
}

const cpuprofile = {
  nodes: [
    { id: 1, callFrame: callFrame("(root)"), hitCount: 0, children: [2] },
    { id: 2, callFrame: callFrame("serve"), hitCount: 1, children: [3] },
    { id: 3, callFrame: callFrame("sign"), hitCount: 3 },
  ],
  startTime: 0,
  endTime: 4000,
  samples: [2, 3, 3, 3],
  timeDeltas: [0, 1000, 1000, 1000],
};

function callFrame(functionName: string): object {
  const url = functionName === "(root)" ? "" : "src/server.ts";
  return { functionName, scriptId: "1", url, lineNumber: 8, columnNumber: 0 };
}

test("the live waits are a flamegraph: the lock, who waited, and who held meanwhile", async () => {
  const { page, errors } = await open();

  const frames = await page.locator(".flame g.frame title").allTextContents();

  expect(frames).toContainEqual(expect.stringMatching(/^lock "\w+"/));
  expect(frames).toContainEqual(expect.stringMatching(/^\w+, .*steady\.ts:\d+: .* of all; itself/));
  expect(frames).toContainEqual(expect.stringMatching(/^held by \w+, .*steady\.ts:\d+/));
  await page.getByText("holder", { exact: true }).click();
  await page
    .locator(".flame g.frame title", { hasText: /^waited for by/ })
    .first()
    .waitFor({ state: "attached" });
  expect(new URL(page.url()).searchParams.get("blame")).toBe("holder");
  expect(errors).toEqual([]);
  await page.context().close();
});

test("by keyboard one goes from frame to frame, zooms in and out; the address remembers it", async () => {
  const { page } = await open();
  const told = page.locator(".flame-told p");

  await page.locator(".flame").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  expect(await told.textContent()).toMatch(/steady\.ts:\d+/);
  const focused = await told.textContent();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Zoom out" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Zoom out" }).waitFor();
  expect((await told.textContent())?.split(":")[0]).toBe(focused?.split(":")[0]);

  await page.locator(".flame").focus();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Zoom out" }).waitFor({ state: "detached" });
  await page.context().close();
});

test("what is drawn anew as data come stands at once: no frame grows", async () => {
  const { page } = await open();

  const widths = await page.locator(".flame").evaluate(async (flame) => {
    const seen = new Set<string>();
    const drawings = new Set<Element | null>();
    while (drawings.size < 3) {
      const drawing = flame.querySelector("svg");
      drawings.add(drawing);
      const widest = Array.from(drawing?.querySelectorAll("rect") ?? [], (rect) =>
        Number(rect.getAttribute("width")),
      );
      seen.add(`${Math.max(...widest)} of ${drawing?.getAttribute("width")}`);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return [...seen];
  });

  expect(widths).toHaveLength(1);
  const [width, all] = widths[0]?.split(" of ") ?? [];
  expect(width).toBe(all);
  await page.context().close();
});

test("what is looked for is marked, and its share told; the table has the same frames", async () => {
  const { page } = await open("?style=icicle");

  await page.getByRole("searchbox", { name: "Find a frame" }).fill("lock");
  await page.locator("output", { hasText: "100 %" }).waitFor();
  await page.getByText("table", { exact: true }).click();
  const rows = page.getByRole("region", { name: "Frames by time" }).getByRole("row");
  expect(await rows.allTextContents()).toContainEqual(expect.stringMatching(/^lock "\w+"/));
  await page.context().close();
});

test("a .cpuprofile is opened, kept by the collector, and there for others under its address", async () => {
  const { page, errors } = await open();
  const buffer = Buffer.from(JSON.stringify(cpuprofile));

  await page
    .getByLabel("Profile to open")
    .setInputFiles({ name: "main.cpuprofile", mimeType: "application/json", buffer });
  await page.locator(".flame g.frame title", { hasText: /^sign, src\/server\.ts:9: 3\.0/ }).waitFor({
    state: "attached",
  });

  const other = await openDashboard(stage.browser, page.url());
  await other.page.locator(".flame g.frame title", { hasText: /^serve/ }).waitFor({ state: "attached" });
  expect(await other.page.locator(".profile-picker select").inputValue()).not.toBe("waits");

  await page
    .getByLabel("Profile to open")
    .setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });
  await page
    .getByRole("alert")
    .filter({ hasText: "notes.txt can't be opened. It is neither JSON" })
    .waitFor();
  expect(errors).toEqual([]);
  await other.page.context().close();
  await page.context().close();
});

test.each(["light", "dark"] as const)("nothing on it keeps anyone out, %s", async (colorScheme) => {
  const { page } = await open("", { colorScheme });

  await page.getByText("The same as a table").click();

  expect(await flawsOf(page)).toEqual([]);
  await page.context().close();
});
