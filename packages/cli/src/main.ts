#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { demo } from "./demo.ts";
import { Failure } from "./failure.ts";
import { run } from "./run.ts";
import { serve } from "./serve.ts";
import { withGuardOptions, withLogLevel } from "./serve-options.ts";
import { withStoreOptions } from "./store-option.ts";
import { collectorUrl, defaultTopUrl, top, windowMinutes, type TopOptions } from "./top.ts";
import { version } from "./version.ts";

const program = new Command("holdup")
  .description(
    "Which lock, semaphore, queue or pool is your Node service waiting on, who holds it, and what does that cost?",
  )
  .version(version)
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .enablePositionalOptions();

const portHelp = "port of the collector and the dashboard; without it 4318, or the next free one";

withStoreOptions(withGuardOptions(program.command("serve")))
  .description("collector and dashboard on one port")
  .option("--port <port>", portHelp, portNumber)
  .option("--json", "print what is going on as JSON, a line each")
  .action(end(serve));

withLogLevel(program.command("run"))
  .description("collector, dashboard and your app, wired; Ctrl-C ends all")
  .usage("[options] -- node app.js")
  .option("--port <port>", portHelp, portNumber)
  .option("--open", "open the dashboard in the browser")
  .option("--keep", "keep the dashboard when the app has ended")
  .option("--json", "print what is going on as JSON, a line each")
  .argument("<command...>", "what starts your app")
  .passThroughOptions()
  .action((command: string[], options: object) => end(run)(command, options));

withLogLevel(program.command("demo"))
  .description("run on the example checkout service under its own load")
  .option("--port <port>", portHelp, portNumber)
  .option("--open", "open the dashboard in the browser")
  .option("--json", "print what is going on as JSON, a line each")
  .action(end(demo));

program
  .command("top")
  .description("the hot spots of a running collector, live in the terminal")
  .argument("[url]", `where the collector is; without it ${defaultTopUrl}`, collectorUrl)
  .option("--window <minutes>", "how far back it looks, in minutes", windowMinutes, 1)
  .option(
    "--token <token>",
    "what the collector asks for, if it does; HOLDUP_TOKEN keeps it out of the history",
  )
  .option("--once", "print the table once")
  .option("--json", "print it once as JSON")
  .action((url: URL | undefined, options: TopOptions) => end(top)(url ?? new URL(defaultTopUrl), options));

/** Has an action's exit code become the process's. */
function end<Args extends unknown[]>(
  action: (...args: Args) => Promise<number>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    process.exitCode = await action(...args);
  };
}

function portNumber(value: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("It must be a whole number from 0 (any free port) to 65535.");
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof Failure) {
    process.stderr.write(`holdup: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else throw error;
}
