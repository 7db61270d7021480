/**
 * Follows docs/ci.md to the letter: a user's repository with the workflow of that page, whose npm gets this repository's packages
 * as they would be published. Ends with 1 if the job does not leave what the page promises.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Worker } from "node:worker_threads";
import type { BenchResult } from "@holdup/recording";
import { runJob, stepsOf, type JobResult } from "./job-runner.ts";
import { repository } from "./wired-program.ts";

// The user's repository. Its service has one lock of Holdup's and one of a library's, its scenario knows neither.
const manifest = `{
  "name": "shop",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "dependencies": { "@holdup/primitives": "latest", "async-mutex": "^0.5.0" }
}
`;

const scenario = `import { placeOrders } from "./service.js";

await placeOrders();
`;

const service = (rounds: number): string => `import { Lock } from "@holdup/primitives";
import { Mutex } from "async-mutex";

const inventory = new Lock("inventory");
const ledger = new Mutex();

export async function placeOrder() {
  await inventory.run(() => {});
  await ledger.runExclusive(() => {});
}

export async function placeOrders() {
  for (let i = 0; i < ${rounds}; i++) await Promise.all([placeOrder(), placeOrder(), placeOrder()]);
}
`;

const folder = mkdtempSync(join(tmpdir(), "holdup-documented-"));
const shop = join(folder, "shop");
const page = readFileSync(join(repository, "docs/ci.md"), "utf8");
const registry = await startRegistry();
const npm = {
  npm_config_registry: `http://127.0.0.1:${registry.port}/`,
  npm_config_cache: ownCache(),
  // `env node` is the Node of this workspace, as it would be setup-node's.
  PATH: `${join(process.execPath, "..")}:${process.env["PATH"]}`,
};
try {
  const job = runDocumentedJob();
  for (const [what, holds] of checks(job)) {
    if (!holds) process.exitCode = 1;
    process.stdout.write(`${holds ? "ok    " : "FAILED"} docs/ci.md: ${what}\n`);
  }
  if (process.exitCode === 1) process.stdout.write(`${told(job)}\n`);
} finally {
  await registry.thread.terminate();
  rmSync(folder, { recursive: true, force: true });
}

async function startRegistry(): Promise<{ thread: Worker; port: number }> {
  const tarballs = join(folder, "tarballs");
  const pack = ["--yes", "pnpm@12.21.0", "--recursive", "--filter", "!@holdup/e2e", "pack"];
  execFileSync("npx", [...pack, "--pack-destination", tarballs], { cwd: repository, stdio: "ignore" });
  const thread = new Worker(new URL("./action-registry.ts", import.meta.url), { workerData: tarballs });
  const [port] = (await once(thread, "message")) as [number];
  return { thread, port };
}

// npx takes what it installed under the same version before for what it is asked for. What was downloaded is known by its hash.
function ownCache(): string {
  const cache = join(folder, "npm");
  mkdirSync(cache);
  const downloaded = join(homedir(), ".npm/_cacache");
  if (existsSync(downloaded)) symlinkSync(downloaded, join(cache, "_cacache"));
  return cache;
}

function runDocumentedJob(): JobResult {
  const workflow = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? "";
  mkdirSync(shop);
  write("package.json", manifest);
  write(".gitignore", "node_modules\n");
  write("scenario.js", scenario);
  execFileSync("npm", ["install"], { cwd: shop, env: { ...process.env, ...npm }, stdio: "ignore" });
  git("init", "--quiet");
  commit(service(20));
  // One more round, and everything some lines further down.
  commit(`// An order is booked, too.\n\n${service(21)}`);
  return runJob(stepsOf(workflow), {
    workspace: shop,
    event: { pull_request: { base: { sha: git("rev-parse", "HEAD~1") } } },
    env: npm,
    actions: { "holdup/holdup@v0": repository },
  });
}

function write(name: string, text: string): void {
  writeFileSync(join(shop, name), text);
}

function commit(text: string): void {
  write("service.js", text);
  git("add", "--all");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=a");
}

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: shop, encoding: "utf8" }).trim();
}

function* checks({ failed, steps, summary }: JobResult): Generator<[what: string, holds: boolean]> {
  const outcomes = steps.map(({ outcome }) => outcome).join(", ");
  yield [
    "dependencies are installed, the change is red, and what is uploaded is",
    failed && /^not run here, not run here, success, failure(, not run here){3}$/.test(outcomes),
  ];
  const uploaded = steps.flatMap(({ with: given }) => given?.["path"] ?? []);
  const named = [...section("What it leaves").matchAll(/^\| `(.+?)`/gm)].map(([, name]) => name);
  yield [
    "each artifact that the page names is uploaded, and there",
    uploaded.map((path) => path.replace("holdup/", "")).join() === named.join() &&
      uploaded.every((path) => existsSync(join(shop, path))),
  ];
  const files = [...section("What it leaves").matchAll(/`(\w+\.(?:json|html))`/g)].map(([, name]) => name);
  yield [
    "the folder has every file that the page names, and every run's recording",
    [...files, "recordings/base/a7-again/contention.json", "recordings/head/a1-head/report.html"].every(
      (name) => existsSync(join(shop, "holdup", name ?? "")),
    ),
  ];
  yield [
    "the summary has the verdict, what regressed and the noise floor",
    summary.startsWith("# Holdup: 🔴 regressed") &&
      summary.includes("inventory: operations went from 60 to 63, the same in every run") &&
      summary.includes("Noise floor: the base differs from itself by up to ±"),
  ];
  const { failures } = JSON.parse(readFileSync(join(shop, "holdup/bench.json"), "utf8")) as BenchResult;
  yield [
    "a library's lock is compared though it moved some lines",
    failures.includes("async-mutex@service.js:7: operations went from 60 to 63, the same in every run"),
  ];
}

function section(title: string): string {
  return page.split(/^## /m).find((text) => text.startsWith(title)) ?? "";
}

function told({ steps, summary }: JobResult): string {
  const parts = steps.map(({ what, outcome, output }) => `${outcome}: ${what}\n${output}`);
  return [...parts, summary].join("\n");
}
