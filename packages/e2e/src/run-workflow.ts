/**
 * `pnpm workflow profile`: runs the steps of a workflow here, as GitHub would for a pull request with the last commit in it, and
 * says what each did and whether what it uploads is there. Actions of others don't run.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runJob, stepsOf, type StepResult } from "./job-runner.ts";
import { repository } from "./wired-program.ts";

const [name = "profile"] = process.argv.slice(2);
const file = join(repository, ".github/workflows", `${name}.yml`);
const { steps, summary, failed } = runJob(stepsOf(readFileSync(file, "utf8")), {
  workspace: repository,
  event: { pull_request: { number: 1, head: { sha: commit("HEAD") }, base: { sha: commit("HEAD~1") } } },
});
for (const step of steps) console.log(told(step));
console.log(`\nThe job's summary, ${summary.length} characters:\n\n${summary}`);
const lost = steps.flatMap(uploads).filter((path) => !existsSync(join(repository, path)));
if (lost.length > 0) console.error(`uploaded, but not there: ${lost.join(", ")}`);
process.exitCode = failed || lost.length > 0 ? 1 : 0;

function commit(ref: string): string {
  return execFileSync("git", ["rev-parse", ref], { cwd: repository, encoding: "utf8" }).trim();
}

function told({ what, outcome, output, with: given }: StepResult): string {
  const detail =
    given === undefined ? output.trim().replaceAll(/^/gm, "    ") : `    ${JSON.stringify(given)}`;
  return `${outcome.padEnd(12)} ${what}${detail.trim() === "" ? "" : `\n${detail}`}`;
}

function uploads({ what, with: given }: StepResult): string[] {
  const path = given?.["path"];
  return what.startsWith("actions/upload-artifact@") && path !== undefined ? [path] : [];
}
