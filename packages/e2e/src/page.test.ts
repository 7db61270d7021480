import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./eventually.ts";
import { flawsInBothThemes } from "./flaws.ts";
import { hostileNames, type PageStage } from "./page-stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await hostileNames();
});

afterAll(() => stage[Symbol.asyncDispose]());

async function open(path = "/"): Promise<{ page: Page; errors: string[] }> {
  return stage.open(path);
}

function search(page: Page, name: string): string | null {
  return new URL(page.url()).searchParams.get(name);
}

test.each([
  ["", "Ranking"],
  ["primitive", "When waits took how long"],
  ["findings", "Findings"],
  ["setup", "Connect a program"],
])("the view /%s has no flaw of accessibility in either theme, and logs no error", async (path, part) => {
  const { page, errors } = await open(`/${path}`);
  await page.getByText(part).or(page.getByLabel(part)).first().waitFor();

  expect(await flawsInBothThemes(page)).toEqual([]);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("names are text: markup is shown, and ten thousand characters stay in their cell", async () => {
  const { page, errors } = await open();
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });

  for (const [path, text] of [
    ["/", "inventory"],
    ["/primitive", "Right now"],
    ["/findings", "ledger"],
  ] as const) {
    await page.goto(`${stage.collector.url}${path}`);
    await page.getByText(text).first().waitFor();
    expect(await page.locator("main img:not([role])").count()).toBe(0);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  }
  await page.goto(stage.collector.url);
  await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();
  expect(dialogs).toEqual([]);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("the address keeps what is chosen, through a reload and back", async () => {
  const { page } = await open();
  await page.getByText("Holding line").click();
  await page.getByRole("searchbox").fill("kind:lock");
  await page.getByRole("columnheader", { name: "Hold p99" }).getByRole("button").click();
  await page
    .getByRole("row", { name: /inventory/ })
    .first()
    .waitFor();

  await page.reload();
  await page
    .getByRole("row", { name: /inventory/ })
    .first()
    .waitFor();

  expect(await page.getByRole("radio", { name: "Holding line" }).isChecked()).toBe(true);
  expect(await page.getByRole("searchbox").inputValue()).toBe("kind:lock");
  expect(await page.getByRole("columnheader", { name: "Hold p99" }).getAttribute("aria-sort")).toBe(
    "descending",
  );

  await page.getByRole("link", { name: "inventory", exact: true }).first().click();
  await page.getByRole("heading", { name: "inventory", exact: true }).waitFor();
  await page.goBack();
  await page.getByRole("radio", { name: "Holding line" }).waitFor({ state: "attached" });
  expect(await page.getByRole("searchbox").inputValue()).toBe("kind:lock");
  await page.context().close();
});

test("a row for a line has only figures of that line, and is told as such", async () => {
  const { page } = await open("/?group=holder&sort=-waitP99");
  const head = (name: string) => page.getByRole("columnheader", { name, exact: true });
  const told = page.getByRole("region", { name: "Selected primitive" });

  await told.getByText("Holds of").waitFor();
  expect(await head("Waiting caused").getAttribute("aria-sort")).toBe("descending");
  expect(await head("Hold p99").count()).toBe(1);
  expect((await head("Wait p99").count()) + (await head("Waiting now").count())).toBe(0);
  await page.getByText("Waiting line").click();
  await told.getByText("Who asked for").waitFor();
  expect(await head("Wait p99").getAttribute("aria-sort")).toBe("descending");
  expect(await head("Hold p99").count()).toBe(0);
  await page.context().close();
});

test("keys lead everywhere, and a list tells them", async () => {
  const { page } = await open();
  const at = (path: string) => page.waitForURL((url) => url.pathname === path);

  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await at("/primitive");
  await page.keyboard.press("Escape");
  await at("/");
  await page.getByRole("searchbox").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("gp?");
  expect(await page.getByRole("searchbox").inputValue()).toBe("gp?");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  expect(await page.getByRole("searchbox").inputValue()).toBe("");
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keys" });
  expect(await list.innerText()).toContain("Hot spots");
  await page.keyboard.press("Escape");
  await list.waitFor({ state: "detached" });
  await page.context().close();
});

test("a paused page stands still, counts what is new, and can still be searched", async () => {
  const { page } = await open();
  const cell = page
    .getByRole("row", { name: /inventory/ })
    .first()
    .locator("data")
    .first();
  await cell.waitFor();
  await page.keyboard.press("Space");
  const button = page.getByRole("button", { name: /^paused \d\d:\d\d · [1-9].* new$/ });
  await button.waitFor();
  const before = await cell.getAttribute("value");

  await page.getByRole("button", { name: /^paused 00:0[3-9]/ }).waitFor();
  expect(await cell.getAttribute("value")).toBe(before);
  await page.getByRole("searchbox").fill("no such lock");
  await page.getByText("Nothing of that name").waitFor();
  await page.getByRole("searchbox").fill("");

  await page.reload();
  await page.getByRole("button", { name: /^paused 00:/ }).waitFor();
  await page
    .getByRole("row", { name: /inventory/ })
    .first()
    .waitFor();
  await page.getByRole("button", { name: /^paused/ }).click();
  await eventually(async () => ((await cell.getAttribute("value")) === before ? undefined : true));
  expect(search(page, "paused")).toBeNull();
  await page.context().close();
});

test("the page says that it is paused, the space bar works after a click on a view, and now is told only of now", async () => {
  const { page } = await open();
  const waiting = page.locator("td.column-waiters").first();
  await page.getByRole("link", { name: "Hot spots" }).click();
  await page.locator(".connection", { hasText: "Live" }).waitFor();
  expect(await waiting.innerText()).toMatch(/^\d/);

  await page.keyboard.press("Space");
  await page.locator(".connection", { hasText: "Paused" }).waitFor();
  expect(await waiting.innerText()).toBe("–");
  await page.keyboard.press("[");
  await page.locator(".connection", { hasText: "Past" }).waitFor();
  await page.context().close();
});

test("home is where its links lead: without a selection, and its order is its own", async () => {
  const selected = encodeURIComponent('["shop","lock","inventory"]');
  const { page } = await open(`/?group=holder&sort=-waitP99&selected=${selected}`);
  await page.getByRole("link", { name: "Timeline" }).click();
  await page.waitForURL((url) => url.pathname === "/timeline");
  expect([search(page, "sort"), search(page, "group")]).toEqual([null, null]);
  expect(search(page, "selected")).toBe('["shop","lock","inventory"]');

  await page.getByRole("link", { name: "Holdup" }).click();
  await page.waitForURL((url) => url.pathname === "/");
  expect(search(page, "selected")).toBeNull();
  await page.context().close();
});

test("a view whose files are gone since the page was opened offers to reload, which helps", async () => {
  const { page } = await open();
  await page.route(/\/assets\/findings-.*\.js/, (route) => route.fulfill({ status: 404 }));
  await page.getByRole("link", { name: /^Findings/ }).click();
  await page.getByRole("heading", { name: "A new version of Holdup is being served" }).waitFor();

  await page.unroute(/\/assets\/findings-.*\.js/);
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByText("What to change").first().waitFor();
  await page.context().close();
});

test("a stretch of time is drawn or typed, and the page shows that time", async () => {
  const { page } = await open();
  const track = page.getByRole("img", { name: /Blocked time of the session/ });
  const box = await track.boundingBox();
  if (box === null) throw new Error("the brush is not drawn");
  await page.mouse.move(box.x + box.width * 0.8, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.95, box.y + 12);
  await page.mouse.up();

  await page.getByRole("region", { name: "In the chosen time" }).waitFor();
  const [from, to] = [Number(search(page, "from")), Number(search(page, "to"))];
  expect(to - from).toBeGreaterThan(5000);
  await page.getByRole("slider", { name: "Show from" }).press("ArrowRight");
  expect(Number(search(page, "from"))).toBe(from + 5000);
  await page.keyboard.press("[");
  expect(Number(search(page, "to"))).toBe(from + 5000);
  await page.getByRole("button", { name: "Back to live" }).click();
  await page.getByRole("region", { name: "Now" }).waitFor();
  await page.context().close();
});

test("the rows can be saved as they are shown", async () => {
  const { page } = await open("/?find=inventory");
  await page
    .getByRole("row", { name: /inventory/ })
    .first()
    .waitFor();

  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV" }).click(),
  ]);

  const chunks: Buffer[] = [];
  for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString().trimEnd().split("\r\n");
  expect(saved.suggestedFilename()).toBe("holdup-hot-spots.csv");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^shop,inventory,lock,/);
  await page.context().close();
});

test("a primitive's charts hold its data, and each has a table", async () => {
  const { page, errors } = await open('/primitive?selected=["shop","lock","inventory"]');
  await page.getByRole("region", { name: "Longest waits" }).getByRole("row").nth(2).waitFor();
  await page.waitForFunction(() => window.__holdupCharts.size === 5);

  const points = await page.evaluate(() =>
    Object.fromEntries(
      [...window.__holdupCharts].map(([name, chart]) => [name, chart.data.datasets.at(-1)?.data.length ?? 0]),
    ),
  );
  expect(Object.keys(points).toSorted()).toEqual([
    "heat",
    "hold-histogram",
    "hold-percentiles",
    "wait-histogram",
    "wait-percentiles",
  ]);
  expect(Math.min(...Object.values(points))).toBeGreaterThan(0);

  for (const title of ["Waits over time", "Holds over time", "How long waits took", "How long holds took"]) {
    await page.getByRole("button", { name: `Show as table: ${title}` }).click();
    await page
      .getByRole("region", { name: `${title}, table` })
      .getByRole("row")
      .nth(1)
      .waitFor();
  }
  await page.getByRole("button", { name: "Show as table: When waits took how long" }).click();
  await page.getByRole("button", { name: "Show", exact: true }).first().click();
  await page.getByRole("heading", { name: "Waits of that cell" }).waitFor();
  await page.getByText(/^Chosen: .* to .* waits?, listed below$/).waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("heading", { name: "Longest waits" }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test("a finding says what is wrong and what to change, is muted in the address, and copied as an issue", async () => {
  const { page } = await open("/findings");
  const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Deadlock" }) });
  await card.getByText("What to change").waitFor();

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await card.getByRole("button", { name: /Copy as issue/ }).click();
  await card.getByText("Copied").waitFor();
  const issue = await page.evaluate(() => navigator.clipboard.readText());
  expect(issue).toContain("## Deadlock: `");
  expect(issue).toContain("hostile-names.ts:");

  await card.getByRole("button", { name: "Mute" }).click();
  await card.waitFor({ state: "detached" });
  await page.reload();
  await page.getByText("show 1 muted").click();
  await card.getByRole("button", { name: "Unmute" }).click();
  expect(search(page, "muted")).toBeNull();
  await page.context().close();
});

test("lines open in the editor once the page knows where the source is", async () => {
  const { page } = await open("/setup");
  await page.getByLabel("Folder of the source").fill("/home/me/shop");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("h");

  const link = page.getByRole("link", { name: /^Open .*hostile-names\.ts:\d+ in the editor$/ }).first();
  expect(await link.getAttribute("href")).toMatch(
    /^vscode:\/\/file\/home\/me\/shop\/packages\/e2e\/src\/programs\/hostile-names\.ts:\d+$/,
  );
  await page.context().close();
});
