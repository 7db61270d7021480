import { chromium } from "playwright-core";
const [url, out, scheme = "light", w = "1280", h = "800", ...steps] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-dev-shm-usage","--hide-scrollbars"] });
const ctx = await browser.newContext({ viewport: { width: +w, height: +h }, colorScheme: scheme, reducedMotion: "reduce", locale: "en-US", timezoneId: "UTC" });
const page = await ctx.newPage();
page.on("pageerror", (e) => console.log("pageerror", e.message)); page.on("console", (m) => m.type() === "error" && console.log("console", m.text()));
await page.goto(url); await page.locator("body[data-ready]").waitFor();
await page.waitForTimeout(2500);
for (const s of steps) { if (s.startsWith("wait:")) await page.waitForTimeout(+s.slice(5)); else if (s.startsWith("click:")) await page.locator(s.slice(6)).first().click(); else if (s.startsWith("eval:")) console.log(await page.evaluate(s.slice(5))); else await page.keyboard.press(s); await page.waitForTimeout(300); }
console.log(page.url());
await page.screenshot({ path: out, animations: "disabled" });
await browser.close();
