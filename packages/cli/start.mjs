// What `npm start` and `npm test` run: plain JavaScript without dependencies, for any Node from 20 on.
// It installs and builds what is missing, on the Node that the workspace brings, then does its job.

import { spawn } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { constants as system } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const pnpm = ["npx", "--yes", "pnpm@12.21.0"];
const [job = "start", ...rest] = process.argv.slice(2);

const jobs = {
  async start() {
    step(1, 3, "installing dependencies (about half a minute the first time)");
    await install();
    step(2, 3, "building the packages and the dashboard");
    await pnpmRun("build");
    step(3, 3, "starting the collector, the dashboard and the checkout service under load");
    await run([node(), ...fromSources, join(root, "packages/cli/src/main.ts"), "demo", ...rest]);
  },

  async test() {
    step(1, 4, "installing dependencies");
    await install();
    step(2, 4, "building, checking types, linting, checking the format");
    await pnpmRun("build");
    await pnpmRun("check");
    step(3, 4, "looking for Chromium, for the tests in a real browser");
    await provideChromium();
    step(4, 4, "running all tests");
    // A report for whoever counts, beside the one for people.
    const report = process.env.TEST_REPORT;
    const reporters =
      report === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile=${report}`];
    await pnpmRun("test:all", ...reporters, ...rest);
  },
};

const fromSources = ["--conditions=@holdup/source", "--disable-warning=ExperimentalWarning"];

function step(number, of, what) {
  console.log(`\n[${number}/${of}] ${what}`);
}

function install() {
  return run([...pnpm, "install", "--frozen-lockfile", "--reporter=append-only"]);
}

function pnpmRun(script, ...args) {
  return run([...pnpm, "run", script, ...args]);
}

function node() {
  const brought = join(root, "node_modules/node/bin/node");
  return existsSync(brought) ? brought : process.execPath;
}

/** Where a Chromium may be; the tests look at the same places. */
const browsers = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

async function provideChromium() {
  const found = browsers.find((path) => path !== undefined && executable(path));
  if (found !== undefined) {
    console.log(found);
    process.env.CHROMIUM_PATH = found;
    return;
  }
  if (executable("/usr/bin/apt-get") && process.getuid?.() === 0) {
    console.log("there is none: installing Debian's package (about a minute)");
    await run(["apt-get", "update", "-qq"]);
    await run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu", "fonts-liberation"]);
    return provideChromium();
  }
  fail("no Chromium or Chrome was found for the browser tests; install one, or set CHROMIUM_PATH to it");
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a command in the foreground. Its failure is ours; a signal that we get is its. */
function run([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit" });
    const pass = (signal) => {
      ended = true;
      // Ctrl-C in a terminal reaches the child by itself.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, pass);
    child.on("error", (error) => fail(`${command} can't be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(name, pass);
      const exitCode = code ?? 128 + system.signals[signal];
      if (exitCode !== 0 || ended) process.exit(exitCode);
      resolve();
    });
  });
}

// Asked to end: the step that runs is the last.
let ended = false;

// npm that is killed leaves its scripts behind, with another parent: that is a request to end, too.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
}, 500).unref();

function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

if (!Object.hasOwn(jobs, job)) fail(`there is no "${job}"; there are ${Object.keys(jobs).join(" and ")}`);
await jobs[job]();
