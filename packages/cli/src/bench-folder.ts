import type { Dirent } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { Failure } from "./failure.ts";
import { recordedFiles } from "./recording-folder.ts";

const sideFolder = /^(?:base|head)$/;
const runFolder = /^(?:base\/[ab]\d+-(?:base|again)|head\/[ab]\d+-head)$/;

/**
 * Makes the folder of a bench's recordings, or clears one of what a bench before left, so that none of its rounds is taken for
 * one of this one's.
 *
 * @throws Failure if something else is in it; then nothing of it is removed
 */
export async function clearRecordings(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new Failure(`${folder} can't be the folder of recordings: ${(error as Error).message}`, 2);
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const foreign = entries.find((entry) => !isOfBench(entry, folder));
  if (foreign !== undefined) {
    throw new Failure(
      `${foreign.parentPath} has ${foreign.name} in it, which no bench wrote; give another folder with --out`,
      2,
    );
  }
  await rm(folder, { recursive: true });
  await mkdir(folder);
}

function isOfBench(entry: Dirent, folder: string): boolean {
  const parent = relative(folder, entry.parentPath);
  const path = join(parent, entry.name);
  if (entry.isDirectory()) return sideFolder.test(path) || runFolder.test(path);
  return runFolder.test(parent) && recordedFiles.test(entry.name);
}
