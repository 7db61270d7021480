import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  benchmarkEntries,
  change,
  compareRecordings,
  comparisonHtml,
  comparisonMarkdown,
  cpuTree,
  defaultFailOn,
  FailOnError,
  parseFailOn,
  parseRecording,
  processorSentence,
  quantileMs,
  RecordingError,
  recordingFile,
  waitTree,
  withNamesOf,
  type Comparison,
  type CpuProfile,
  type FailOn,
  type FlameNode,
  type PrimitiveFacts,
  type Recording,
  type SideProfiles,
} from "@holdup/recording";
import { Failure } from "./failure.ts";

/** The options of `holdup compare`. */
export interface CompareOptions {
  failOn?: string;
  out?: string;
  summary?: string;
  json?: boolean;
}

/** One side of a comparison: its recordings, and their processor profiles. */
export interface Side {
  readonly recordings: readonly Recording[];
  /** By recording, of each thread. */
  readonly profiles: SideProfiles;
}

/**
 * `holdup compare BASE HEAD`: what got slower between two recordings, or two folders of recordings.
 * 1 if something did that was asked about.
 */
export async function compare(base: string, head: string, options: CompareOptions): Promise<number> {
  const failOn = failOnOf(options.failOn);
  const [before, after] = [await readSide(base), await readSide(head)];
  const comparison = compareSides(before, after, failOn);
  if (options.out !== undefined) await writeComparison(options.out, comparison, before, after);
  if (options.summary !== undefined) await appendFile(options.summary, comparisonMarkdown(comparison));
  process.stdout.write(options.json === true ? `${JSON.stringify(comparison)}\n` : text(comparison));
  return comparison.failures.length > 0 ? 1 : 0;
}

/** Compares what two sides waited for, and what they computed. */
export function compareSides(base: Side, head: Side, failOn: FailOn): Comparison {
  const profiles = { base: base.profiles, head: head.profiles };
  return compareRecordings(base.recordings, head.recordings, failOn, profiles);
}

/** @throws Failure if it can't be read */
export function failOnOf(expression: string = defaultFailOn): ReturnType<typeof parseFailOn> {
  try {
    return parseFailOn(expression);
  } catch (error) {
    throw error instanceof FailOnError ? new Failure(error.message, 2) : error;
  }
}

/** @throws Failure if there is no recording */
export async function readSide(folder: string): Promise<Side> {
  const folders = existsSync(join(folder, recordingFile)) ? [folder] : await recordingsIn(folder);
  if (folders.length === 0) throw new Failure(`there is no recording in ${folder}`, 2);
  const sides = await Promise.all(folders.map(readFolder));
  return {
    recordings: sides.map(({ recording }) => recording),
    profiles: sides.map(({ profiles }) => profiles),
  };
}

async function recordingsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .toSorted()
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, recordingFile)));
}

async function readFolder(folder: string): Promise<{ recording: Recording; profiles: CpuProfile[] }> {
  try {
    const path = join(folder, recordingFile);
    const recording = parseRecording(await readFile(path, "utf8"), path);
    const names = (await readdir(folder)).filter((name) => /^cpu.*\.cpuprofile$/.test(name));
    const profiles = await Promise.all(
      names.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8")) as CpuProfile),
    );
    return { recording, profiles };
  } catch (error) {
    throw error instanceof RecordingError ? new Failure(error.message, 2) : error;
  }
}

/** Writes a comparison: for people, for a job's summary, and for programs. */
export async function writeComparison(
  folder: string,
  comparison: Comparison,
  base: Side,
  head: Side,
): Promise<void> {
  const before = { ...base, recordings: withNamesOf(head.recordings, base.recordings) };
  const trees = (of: (side: Side) => FlameNode): [FlameNode, FlameNode] => [of(before), of(head)];
  const html = comparisonHtml(comparison, {
    waiters: trees(({ recordings }) => waitTree(recordings.flatMap(({ stacks }) => stacks.waiters))),
    holders: trees(({ recordings }) => waitTree(recordings.flatMap(({ stacks }) => stacks.holders))),
    cpu: trees(({ profiles }) => cpuTree(profiles.flat())),
  });
  await mkdir(folder, { recursive: true });
  const files = {
    "comparison.json": `${JSON.stringify(comparison)}\n`,
    "benchmark.json": `${JSON.stringify(benchmarkEntries(comparison), undefined, 2)}\n`,
    "summary.md": comparisonMarkdown(comparison),
    "compare.html": html,
  };
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)));
}

/** A comparison for the terminal. */
export function text(comparison: Comparison): string {
  const rows = comparison.primitives.map(({ name, verdict, base, head, figures }) => [
    verdict,
    name,
    both(base, head, ({ waits }) => quantileMs(waits, 0.99)),
    both(base, head, ({ holds }) => quantileMs(holds, 0.5)),
    both(base, head, ({ blockedMs }) => blockedMs),
    figures
      .filter(({ verdict: judged }) => judged === "regressed" || judged === "improved")
      .map(({ metric, ratio, low, high }) => `${metric} ${change(ratio)} [${change(low)}, ${change(high)}]`)
      .join("; "),
  ]);
  const lines = aligned([["", "PRIMITIVE", "WAIT p99", "HOLD p50", "BLOCKED", "CHANGE"], ...rows]);
  return [
    ...lines,
    "",
    ...comparison.failures,
    ...comparison.newFindings.map(({ severity, message }) => `new finding (${severity}): ${message}`),
    ...comparison.goneFindings.map(({ message }) => `gone finding: ${message}`),
    ...hotterSentences(comparison),
    ...comparison.doubts,
    `All in all: ${comparison.verdict}.`,
    "",
  ].join("\n");
}

/** What takes more of the processor's time than before, a sentence each. */
export function hotterSentences({ processor }: Comparison): string[] {
  return processor
    .filter(({ verdict }) => verdict === "hotter")
    .map((one) => `hotter: ${processorSentence(one)}`);
}

function both(
  base: PrimitiveFacts | null,
  head: PrimitiveFacts | null,
  of: (side: PrimitiveFacts) => number,
): string {
  const [before, after] = [base, head].map((side) => (side === null ? "–" : of(side).toPrecision(3)));
  return `${before} → ${after} ms`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
