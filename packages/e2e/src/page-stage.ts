import { startCollector, type Collector } from "@holdup/collector";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { launchChromium, openDashboard, type WatchedPage } from "./chromium.ts";
import { eventually, get } from "./eventually.ts";
import { wired, type Program } from "./wired-program.ts";

/** What the tests of a view share: a program, the collector that it sends to, and a browser to look at it with. */
export class PageStage implements AsyncDisposable {
  /** Of a program of this package, by its name. */
  static async of(program: string, environment: NodeJS.ProcessEnv = {}): Promise<PageStage> {
    await using begun = new AsyncDisposableStack();
    const browser = await launchChromium();
    begun.defer(() => browser.close());
    const collector = await startCollector({ port: 0 });
    begun.defer(() => collector.close());
    const wiredProgram = begun.use(wired(program, collector.url, environment));
    return new PageStage(browser, collector, wiredProgram, begun.move());
  }

  readonly browser: Browser;
  readonly collector: Collector;
  readonly program: Program;
  readonly #begun: AsyncDisposableStack;

  private constructor(browser: Browser, collector: Collector, program: Program, begun: AsyncDisposableStack) {
    this.browser = browser;
    this.collector = collector;
    this.program = program;
    this.#begun = begun;
  }

  /** A path of the dashboard, when it has its first data. */
  open(path = "/", options: BrowserContextOptions = {}): Promise<WatchedPage> {
    return openDashboard(this.browser, `${this.collector.url}${path}`, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#begun.disposeAsync();
  }
}

/** The stage with names that try to be more than text, when its deadlock was found. */
export async function hostileNames(): Promise<PageStage> {
  const stage = await PageStage.of("hostile-names", { OTEL_SERVICE_NAME: "shop" });
  await stage.program.line(/^ready$/);
  await eventually(async () => {
    const { items } = await get<{ items: readonly { kind: string }[] }>(
      `${stage.collector.url}/api/findings`,
    );
    return items.some(({ kind }) => kind === "deadlock") ? true : undefined;
  }, 60_000);
  return stage;
}
