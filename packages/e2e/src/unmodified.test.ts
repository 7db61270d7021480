import { join } from "node:path";
import type { HotSpot } from "@holdup/protocol";
import { startCollector } from "@holdup/collector";
import { expect, test } from "vitest";
import { launchChromium, openDashboard } from "./chromium.ts";
import { eventually, get } from "./eventually.ts";
import { Program, register, repository } from "./wired-program.ts";

// The standard variables of PostgreSQL's own tools.
const { PGHOST, PGPORT, PGUSER, PGDATABASE } = process.env;
const noDatabase = PGHOST === undefined;
if (noDatabase)
  process.stderr.write("unmodified: PGHOST names no PostgreSQL; the orders service is not tested\n");

const main = join("examples", "orders", "src", "main.js");

test.skipIf(noDatabase)(
  "the pool and the limiter of a service that knows nothing of Holdup are on the page, with their lines",
  async () => {
    await using collector = await startCollector({ port: 0 });
    await using service = new Program(["--import", register, join(repository, main)], {
      PGHOST,
      PGPORT,
      PGUSER,
      PGDATABASE,
      PORT: "0",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRIC_EXPORT_INTERVAL: "1000",
    });
    const [, url] = await service.line(/^Orders are on (http:\S+)$/);

    const paths = [1, 2, 3, 4, 5, 6].flatMap((id) => [`/orders/${id}`, `/shipments/${id}`]);
    await Promise.all(paths.map(async (path) => expect((await fetch(`${url}${path}`)).status).toBe(200)));

    const named = await eventually(async () => {
      const { items } = await get<{ items: HotSpot[] }>(`${collector.url}/api/hotspots`);
      const found = new Map(items.map((item) => [item.primitive.name, item]));
      return items.length === 2 && items.every(({ operations }) => operations === 6) ? found : undefined;
    }, 30_000);
    expect([...named.keys()].toSorted()).toEqual(["p-limit@main.js:6", "pg-pool@main.js:5"]);
    for (const [name, type, lineNumber] of [
      ["pg-pool@main.js:5", "pool", 19],
      ["p-limit@main.js:6", "semaphore", 15],
    ] as const) {
      const site = { filePath: main, lineNumber };
      const hotSpot = { primitive: { name, type }, operations: 6, waiterSite: site, holderSite: site };
      expect(named.get(name)).toMatchObject(hotSpot);
      expect(named.get(name)?.contended).toBeGreaterThan(0);
      expect(named.get(name)?.waitSeconds).toBeGreaterThan(0);
    }
    const browser = await launchChromium();
    try {
      const { page, errors } = await openDashboard(browser, collector.url);
      for (const [name, line] of [
        ["pg-pool@main.js:5", "main.js:19"],
        ["p-limit@main.js:6", "main.js:15"],
      ] as const) {
        const row = page.getByRole("row", { name: new RegExp(`^[12] ${name}`) });
        await row.waitFor();
        // Once where it is waited for, once where it is held.
        expect(await row.getByText(line).count()).toBe(2);
      }
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
    expect(service.errors).toBe("");
  },
);
