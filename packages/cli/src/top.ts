import { InvalidArgumentError } from "commander";
import { stopSignal } from "./stop-signal.ts";
import { TopClient } from "./top-client.ts";
import { lineText } from "./top-line.ts";
import { paperPage } from "./top-page.ts";
import { initialState, withReport } from "./top-state.ts";
import { TopWatch } from "./top-watch.ts";

/** The options of `holdup top`. */
export interface TopOptions {
  token?: string;
  window: number;
  once?: boolean;
  json?: boolean;
}

/** Where a collector of this machine is. */
export const defaultTopUrl = "http://127.0.0.1:4318";

/** How wide a page is that is not for a terminal. */
const paperWidth = 160;

/** `holdup top [URL]`: the hot spots, live in a terminal, or once as text or JSON. */
export async function top(url: URL, options: TopOptions): Promise<number> {
  // An empty variable is how a shell says that there is none.
  const client = new TopClient(url, options.token ?? (process.env["HOLDUP_TOKEN"] || undefined));
  const terminal = process.stdin.isTTY && process.stdout.isTTY && process.env["TERM"] !== "dumb";
  if (options.json === true) await printJson(client, options.window);
  else if (options.once === true || !terminal) await printText(client, options.window);
  else await live(client, options.window);
  return 0;
}

/** The URL of a collector as a person gives it. @throws InvalidArgumentError for what is none */
export function collectorUrl(value: string): URL {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol) || `${url.username}${url.password}` !== "") {
    throw new InvalidArgumentError(`It must be like ${defaultTopUrl}.`);
  }
  url.search = "";
  url.hash = "";
  return url;
}

/** A window as a person gives it, in minutes. @throws InvalidArgumentError for what is none */
export function windowMinutes(value: string): number {
  const minutes = Number(value);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 60) return minutes;
  throw new InvalidArgumentError("It must be a whole number of minutes from 1 to 60.");
}

async function printJson(client: TopClient, minutes: number): Promise<void> {
  const { time, from, services, rows, findings } = await client.report(minutes);
  const hotSpots = rows.map(({ spot, blameRate, operationRate }) => ({ ...spot, blameRate, operationRate }));
  const json = JSON.stringify({ url: client.url, time, from, services, hotSpots, findings });
  process.stdout.write(`${escaped(json)}\n`);
}

// JSON leaves some characters as they are that a terminal takes for orders.
function escaped(json: string): string {
  return json.replaceAll(
    /[\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

async function printText(client: TopClient, minutes: number): Promise<void> {
  const state = withReport(initialState(minutes), await client.report(minutes));
  const width = process.stdout.columns ?? paperWidth;
  const lines = paperPage(state, { width, now: Date.now(), url: client.url });
  process.stdout.write(lines.map((line) => `${lineText(line)}\n`).join(""));
}

async function live(client: TopClient, minutes: number): Promise<void> {
  const stopped = stopSignal();
  // React's development build keeps a record of everything it does.
  process.env["NODE_ENV"] ??= "production";
  const { showTop } = await import("./top-screen.ts");
  const watch = new TopWatch(client, minutes);
  const colour = (process.env["NO_COLOR"] ?? "") === "";
  const instance = showTop({ ...watch.show, url: client.url, colour, now: Date.now });
  let broken: { readonly by: unknown } | undefined;
  // A trace is read on the screen that the person comes back to.
  process.once("uncaughtException", (error) => {
    broken = { by: error };
    instance.unmount();
  });
  // A terminal that is gone can't be written to: the end, as after a hang-up.
  process.stdout.on("error", () => instance.unmount());
  void stopped.then(() => instance.unmount());
  watch.start();
  try {
    await instance.waitUntilExit();
  } finally {
    watch.stop();
  }
  if (broken !== undefined) throw broken.by;
}
