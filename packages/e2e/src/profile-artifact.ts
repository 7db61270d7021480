import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where `pnpm profile:ci` leaves its result, from the root of the repository. */
export const profileFolder = "profiles/ci";

/** In it: which pull request it is about. */
export const pullRequestFile = "pull-request.json";

/** In it: what the job's summary says. */
export const summaryFile = "summary.md";

/** What a comment is made of. */
export interface ProfileArtifact {
  readonly pullRequest: number;
  readonly summary: string;
}

const mostBytes = 2 ** 20;

/**
 * Reads what the profile job left. It ran the pull request's code, so that anyone may have written it: it must be small,
 * of the form that is expected, and about the commit that the job was started for.
 *
 * @throws Error that says what is wrong with it
 */
export function readProfileArtifact(folder: string, headSha: string): ProfileArtifact {
  const request: unknown = JSON.parse(readSmall(join(folder, pullRequestFile)));
  if (typeof request !== "object" || request === null) throw new Error(`${pullRequestFile} is no object`);
  const { number, sha } = request as { number?: unknown; sha?: unknown };
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number <= 0) {
    throw new Error(`${pullRequestFile} has no number of a pull request`);
  }
  if (sha !== headSha) throw new Error(`${pullRequestFile} is about another commit`);
  return { pullRequest: number, summary: harmless(readSmall(join(folder, summaryFile))) };
}

function readSmall(path: string): string {
  const { size } = lstatSync(path);
  if (!lstatSync(path).isFile()) throw new Error(`${path} is no file`);
  if (size > mostBytes) throw new Error(`${path} has ${size} bytes; ${mostBytes} are the most`);
  return readFileSync(path, "utf8");
}

/** Markdown that links nowhere, shows no picture, mentions nobody and hides nothing. */
function harmless(markdown: string): string {
  return markdown
    .replaceAll(/<(?!\/?(?:details|summary)>)/g, "&lt;")
    .replaceAll(/\]\s*[([:]/g, "] ")
    .replaceAll(/\b(?:https?|ftp):\/\//gi, "")
    .replaceAll(/\bwww\./gi, "")
    .replaceAll(/@(?=[\w-])/g, "@\u200B");
}
