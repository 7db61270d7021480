import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { reportPagePath } from "@holdup/collector";
import {
  cpuTree,
  recordingFile,
  relativeProfile,
  reportHtml,
  reportPlace,
  waitProfile,
  waitTree,
  type CpuProfile,
  type Recording,
} from "@holdup/recording";
import { Failure } from "./failure.ts";
import type { ThreadPart } from "./parts-folder.ts";

/** The page that opens without a server. */
export const reportFile = "report.html";

/** What the files of a recording are called. */
export const recordedFiles: RegExp =
  /^(contention\.json|report\.html|flamegraph\.html|(cpu|mutex|block)(-[\w-]+)?\.(cpuprofile|pb\.gz)|wait-by-(waiter|holder)\.cpuprofile)$/;

/**
 * Makes the folder of a recording, or clears one of what a recording before left, so that none of it is taken for this
 * one's.
 *
 * @throws Failure if something else is in it
 */
export async function clearFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new Failure(`${folder} can't be the folder of a recording: ${(error as Error).message}`, 2);
  }
  const names = await readdir(folder);
  const foreign = names.find((name) => !recordedFiles.test(name));
  if (foreign !== undefined) {
    throw new Failure(
      `${folder} has ${foreign} in it, which no recording wrote; give another folder with --out`,
      2,
    );
  }
  await Promise.all(names.map((name) => rm(join(folder, name))));
}

/** A thread's profile of the processor, its paths relative to the folder that the run was started in. */
export interface LabelledProfile {
  readonly label: string;
  readonly profile: CpuProfile;
}

/** The profiles of threads. */
export function relativeProfiles(threads: readonly ThreadPart[], root: string): LabelledProfile[] {
  const base = pathToFileURL(root.endsWith("/") ? root : `${root}/`);
  return threads.flatMap(({ label, cpu }) =>
    cpu === undefined ? [] : [{ label, profile: relativeProfile(cpu, base) }],
  );
}

/** Writes a recording: what people open, what other tools open, and what `holdup compare` reads. */
export async function writeRecording(
  folder: string,
  recording: Recording,
  threads: readonly ThreadPart[],
  profiles: readonly LabelledProfile[],
): Promise<void> {
  const files: [name: string, content: string | Uint8Array][] = [
    [recordingFile, `${JSON.stringify(recording)}\n`],
    ["wait-by-waiter.cpuprofile", JSON.stringify(waitProfile(waitTree(recording.stacks.waiters)))],
    ["wait-by-holder.cpuprofile", JSON.stringify(waitProfile(waitTree(recording.stacks.holders)))],
    [reportFile, reportHtml(await reportPage(), recording, cpuTree(profiles.map(({ profile }) => profile)))],
    ...profiles.map(
      ({ label, profile }) =>
        [fileOf("cpu", label, "cpuprofile"), JSON.stringify(profile)] as [string, string],
    ),
    ...threads.flatMap(({ label, mutex, block }): [string, Uint8Array][] => [
      [fileOf("mutex", label, "pb.gz"), mutex],
      [fileOf("block", label, "pb.gz"), block],
    ]),
  ];
  await Promise.all(files.map(([name, content]) => writeFile(join(folder, name), content)));
}

// A recording is worth more than its page: nobody runs an app again for it.
async function reportPage(): Promise<string> {
  try {
    return await readFile(reportPagePath, "utf8");
  } catch {
    return `<!doctype html><meta charset="utf-8"><title>Holdup report</title>${reportPlace}<p>The recording is in this file, but its page is not built yet. Build it with <code>pnpm build</code>, then record again.</p>\n`;
  }
}

// `cpu.cpuprofile` of the main thread, `cpu-worker-3.cpuprofile` of another.
function fileOf(kind: string, label: string, ending: string): string {
  return label === "main" ? `${kind}.${ending}` : `${kind}-${label.replaceAll(" ", "-")}.${ending}`;
}
