#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { defaultFailOn } from "@holdup/recording";
import { bench, defaultMostPairs, defaultPairs, pairCount, type BenchOptions } from "./bench.ts";
import { compare, type CompareOptions } from "./compare.ts";
import { demo } from "./demo.ts";
import { Failure } from "./failure.ts";
import { checkNodeVersion } from "./node-version.ts";
import { defaultRecordFolder, defaultSampleInterval, record } from "./record.ts";
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
  .enablePositionalOptions()
  .hook("preAction", () => checkNodeVersion(process.versions.node));

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

program
  .command("record")
  .description("runs an app to its end and writes what it waited for and what it computed")
  .usage("[options] -- node app.js")
  .option("--out <folder>", `where to; without it ${defaultRecordFolder}`)
  .option("--flamegraph", "also draws the processor's flamegraph with 0x")
  .option(
    "--interval <microseconds>",
    `how far samples of the processor are apart; without it ${defaultSampleInterval}`,
    sampleInterval,
  )
  .option("--json", "print what is going on as JSON, a line each")
  .argument("<command...>", "what starts your app")
  .passThroughOptions()
  .action((command: string[], options: object) => end(record)(command, options));

program
  .command("compare")
  .description("what got slower between two recordings, or two folders of recordings")
  .argument("<base>", "the folder that holdup record wrote before the change")
  .argument("<head>", "and after it")
  .option("--fail-on <what>", `what ends with exit code 1; without it ${defaultFailOn}`)
  .option("--out <folder>", "also writes compare.html, summary.md, comparison.json and benchmark.json")
  .option("--summary <file>", "appends the Markdown to a file, as to $GITHUB_STEP_SUMMARY")
  .option("--json", "print the comparison as JSON")
  .action((base: string, head: string, options: CompareOptions) => end(compare)(base, head, options));

program
  .command("bench")
  .description("two versions of a program in turns: what got slower, how sure that is, and what is noise")
  .usage("--base <ref> [options] -- node app.js")
  .requiredOption("--base <ref>", "the commit to compare with")
  .option("--head <ref>", "the commit to look at; without it the folder as it is")
  .option(
    "--prepare <command>",
    "what makes a version ready to run; without it, its dependencies are today's",
  )
  .option("--pairs <count>", `how many rounds at least; without it ${defaultPairs}`, pairCount)
  .option("--most-pairs <count>", `how many while unsure; without it ${defaultMostPairs}`, pairCount)
  .option("--fail-on <what>", `what ends with exit code 1; without it ${defaultFailOn}`)
  .option("--out <folder>", "also writes bench.json, summary.md, compare.html and all recordings")
  .option("--flamegraph", "also draws the processor's flamegraph of the head with 0x; needs --out")
  .option("--summary <file>", "appends the Markdown to a file, as to $GITHUB_STEP_SUMMARY")
  .option("--json", "print what is going on as JSON, a line each")
  .argument("<command...>", "what runs your app to its end")
  .passThroughOptions()
  .action((command: string[], options: BenchOptions) => end(bench)(command, options));

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

function sampleInterval(value: string): number {
  const interval = Number(value);
  if (Number.isInteger(interval) && interval >= 50 && interval <= 1_000_000) return interval;
  throw new InvalidArgumentError("It must be a whole number of microseconds from 50 to 1000000.");
}

// Who reads what is printed may have read enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof Failure) {
    process.stderr.write(`holdup: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else throw error;
}
