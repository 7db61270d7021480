import open from "open";
import type { Collector, LogLevel } from "@holdup/collector";
import { announcer, type Announcer } from "./announce.ts";
import { App } from "./app.ts";
import { listen } from "./listen.ts";
import { stopSignal } from "./stop-signal.ts";
import { wiredEnvironment } from "./wire.ts";

/** The options of `holdup run`. */
export interface RunOptions {
  port?: number;
  open?: boolean;
  keep?: boolean;
  json?: boolean;
  logLevel?: LogLevel;
}

/**
 * `holdup run -- node app.js`: collector, dashboard and an app that is observed. Ends with the app and
 * with its exit code; a request to end goes to the app first, so that nothing it measured is lost. Then it ends with 0,
 * unless the app had to be killed.
 */
export async function run(command: readonly string[], options: RunOptions): Promise<number> {
  const stopped = stopSignal();
  const announce = announcer(options.json === true);
  const collector = await listen(options.port, announce, { logLevel: options.logLevel });
  try {
    return await runBeside(collector, command, options, announce, stopped);
  } finally {
    await collector.close();
  }
}

async function runBeside(
  collector: Collector,
  command: readonly string[],
  options: RunOptions,
  announce: Announcer,
  stopped: Promise<NodeJS.Signals>,
): Promise<number> {
  if (options.open === true) await open(collector.url);
  const app = new App(command, wiredEnvironment(collector.url, process.env));
  const first = await Promise.race([stopped, app.ended]);
  if (typeof first === "string") {
    const { killed, exitCode } = await app.end(first);
    if (!killed) return 0;
    announce.say(
      "app-killed",
      { signal: first, exitCode },
      `The app did not end when ${first} asked it to and was killed: what it measured last is lost.`,
    );
    return exitCode;
  }
  if (options.keep === true) {
    announce.say(
      "app-ended",
      { exitCode: first.exitCode },
      `The app has ended with exit code ${first.exitCode}; its dashboard stays at ${collector.url}. Ctrl-C ends it.`,
    );
    await stopped;
  }
  return first.exitCode;
}
