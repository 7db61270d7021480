/**
 * `pnpm profile:ci`: what the change that is checked out costs the checkout service, compared with `BASE` (a commit; the one
 * before, if it is not set). Leaves its result in `profiles/ci` and in the job's summary. Fails when something regressed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { profileFolder, pullRequestFile } from "./profile-artifact.ts";
import { repository } from "./wired-program.ts";

const customers = 12;
const seconds = 5;

const out = join(repository, profileFolder);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writePullRequest(process.env["GITHUB_EVENT_PATH"]);
process.exitCode = bench(process.env["BASE"] || "HEAD~1", process.env["GITHUB_STEP_SUMMARY"]);

function bench(base: string, summary: string | undefined): number {
  const fromSources = ["--conditions=@holdup/source", "--disable-warning=ExperimentalWarning"];
  const service = [process.execPath, "--conditions=@holdup/source", "examples/checkout/src/main.ts"];
  const { status } = spawnSync(
    process.execPath,
    [
      ...fromSources,
      join(repository, "packages/cli/src/main.ts"),
      "bench",
      "--base",
      base,
      "--out",
      profileFolder,
      "--flamegraph",
      "--prepare",
      process.env["PREPARE"] || "pnpm install --frozen-lockfile --prefer-offline",
      "--pairs",
      process.env["PAIRS"] || "7",
      "--most-pairs",
      process.env["MOST_PAIRS"] || "14",
      ...(summary === undefined ? [] : ["--summary", summary]),
      "--",
      ...service,
      `--load=${customers}`,
      `--seconds=${seconds}`,
      "--port=0",
    ],
    { cwd: repository, stdio: "inherit" },
  );
  return status ?? 1;
}

/** The job that comments has only what this one leaves. */
function writePullRequest(eventFile: string | undefined): void {
  if (eventFile === undefined || !existsSync(eventFile)) return;
  const event = JSON.parse(readFileSync(eventFile, "utf8")) as {
    pull_request?: { number: number; head: { sha: string } };
  };
  const { pull_request: request } = event;
  if (request === undefined) return;
  writeFileSync(
    join(out, pullRequestFile),
    JSON.stringify({ number: request.number, sha: request.head.sha }),
  );
}
