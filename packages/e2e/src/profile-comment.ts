/** `pnpm profile:comment`: tells the result of the profile job in its pull request. Runs in a job of GitHub's. */
import process from "node:process";
import { readProfileArtifact } from "./profile-artifact.ts";
import { stickyComment } from "./sticky-comment.ts";

async function comment(): Promise<void> {
  const { pullRequest, summary } = readProfileArtifact(variable("ARTIFACT"), variable("HEAD_SHA"));
  const repository = variable("GITHUB_REPOSITORY");
  const target = { api: variable("GITHUB_API_URL"), repository, token: variable("GITHUB_TOKEN") };
  const link = `${variable("GITHUB_SERVER_URL")}/${repository}/actions/runs/${variable("RUN_ID")}`;
  await stickyComment(target, pullRequest, summary, link);
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

try {
  await comment();
} catch (error) {
  console.error(`profile:comment: ${(error as Error).message}`);
  process.exitCode = 1;
}
