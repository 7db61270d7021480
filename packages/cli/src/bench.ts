import { randomInt } from "node:crypto";
import { appendFile, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  benchMarkdown,
  benchResult,
  confirmation,
  isSettled,
  type BenchResult,
  type Confirmation,
  type FailOn,
  type Round,
} from "@holdup/recording";
import { InvalidArgumentError } from "commander";
import { announcer, type Announcer } from "./announce.ts";
import { clearRecordings } from "./bench-folder.ts";
import { benchText } from "./bench-text.ts";
import { compareSides, failOnOf, readSide, writeComparison } from "./compare.ts";
import { Failure } from "./failure.ts";
import { flamegraph, recordTo } from "./record.ts";
import { commitOf, repositoryAt, Worktree } from "./worktree.ts";

/** The options of `holdup bench`. */
export interface BenchOptions {
  base: string;
  head?: string;
  prepare?: string;
  pairs?: number;
  mostPairs?: number;
  failOn?: string;
  out?: string;
  summary?: string;
  flamegraph?: boolean;
  json?: boolean;
}

export const defaultPairs = 7;
export const defaultMostPairs = 21;

/** Where each version of the program runs, and what runs there. */
interface Course {
  readonly command: readonly string[];
  readonly folders: Readonly<Record<Side, string>>;
  readonly recordings: string;
  readonly announce: Announcer;
}

type Side = "base" | "again" | "head";

/**
 * `holdup bench --base REF -- node app.js`: runs two versions of a program in turns, in random order, the base twice in each
 * round, so that what it differs from itself is known. More rounds are run while anything is unsure; what is red is run
 * once more, and red only if it is so again. 1 if it is.
 */
export async function bench(command: readonly string[], options: BenchOptions): Promise<number> {
  const failOn = failOnOf(options.failOn);
  if (options.flamegraph === true && options.out === undefined) {
    throw new Failure("--flamegraph needs --out, the folder that it is written to", 2);
  }
  const repository = repositoryAt(process.cwd());
  const commits = {
    base: commitOf(repository, options.base),
    head: commitOf(repository, options.head, options.out),
  };
  const announce = announcer(options.json === true);
  // Node tells of its modules without links, and paths are relative to this one.
  const folder = await realpath(await mkdtemp(join(tmpdir(), "holdup-bench-")));
  try {
    const recordings =
      options.out === undefined ? join(folder, "recordings") : join(options.out, "recordings");
    await clearRecordings(recordings);
    using base = new Worktree(repository, commits.base, join(folder, "base"));
    using head = new Worktree(repository, commits.head, join(folder, "head"));
    for (const tree of [base, head]) {
      // Empty as well: an action passes on what it was not given.
      if (options.prepare === undefined || options.prepare === "") tree.linkDependencies();
      else tree.prepare(options.prepare);
    }
    const folders = { base: base.folder, again: base.folder, head: head.folder };
    const measured = await measure({ command, folders, recordings, announce }, options, failOn);
    await tell(measured, recordings, options, failOn, announce);
    return measured.result.failures.length > 0 ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder of the head's first run. */
const firstRun = "a1-head";

async function measure(course: Course, options: BenchOptions, failOn: FailOn): Promise<Confirmation> {
  const fewest = options.pairs ?? defaultPairs;
  const most = Math.max(fewest, options.mostPairs ?? defaultMostPairs);
  const first = await rounds(course, "a", fewest, most, failOn);
  if (first.failures.length === 0) return { result: first, unconfirmed: [] };
  course.announce.say(
    "confirming",
    { failures: first.failures },
    `Red: ${first.failures[0]}. Running ${fewest} more rounds to see whether it is so again.`,
  );
  return confirmation(first, await rounds(course, "b", fewest, fewest, failOn), failOn);
}

async function rounds(
  course: Course,
  name: string,
  fewest: number,
  most: number,
  failOn: FailOn,
): Promise<BenchResult> {
  const done: Round[] = [];
  for (;;) {
    done.push(await round(course, `${name}${done.length + 1}`));
    const { length } = done;
    course.announce.say(
      "round",
      { round: length, fewest, most },
      `round ${length} of ${length < fewest ? fewest : most}`,
    );
    if (length < fewest) continue;
    const result = benchResult(done, failOn);
    if (isSettled(result, failOn) || length >= most) return result;
  }
}

async function round(course: Course, name: string): Promise<Round> {
  const made: Partial<Record<Side, Round[Side]>> = {};
  for (const side of shuffled<Side>(["base", "again", "head"])) {
    const folder = join(course.recordings, side === "head" ? "head" : "base", `${name}-${side}`);
    await mkdir(folder, { recursive: true });
    const { recording } = await recordTo(folder, course.command, { cwd: course.folders[side], quiet: true });
    if (recording.exitCode !== 0) {
      throw new Failure(
        `the ${side === "head" ? "head" : "base"} ended with exit code ${recording.exitCode}; what is run must be there, and end with 0, in both versions`,
      );
    }
    made[side] = recording;
  }
  return made as Round;
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const left = [...items];
  return items.map(() => left.splice(randomInt(left.length), 1)[0] as Item);
}

async function tell(
  { result, unconfirmed }: Confirmation,
  recordings: string,
  options: BenchOptions,
  failOn: FailOn,
  announce: Announcer,
): Promise<void> {
  const [base, head] = [await readSide(join(recordings, "base")), await readSide(join(recordings, "head"))];
  const comparison = compareSides(base, head, failOn);
  const markdown = benchMarkdown(result, unconfirmed, comparison);
  if (options.out !== undefined) {
    const { out } = options;
    await writeComparison(out, comparison, base, head);
    await writeFile(join(out, "bench.json"), `${JSON.stringify({ ...result, unconfirmed })}\n`);
    await writeFile(join(out, "summary.md"), markdown);
    if (options.flamegraph === true) {
      // One run is enough to look at.
      const { profiles } = await readSide(join(recordings, "head", firstRun));
      const labelled = profiles.flat().map((profile, index) => ({ label: `thread ${index + 1}`, profile }));
      await flamegraph(out, head.recordings[0]?.name ?? "", labelled, announce);
    }
  }
  if (options.summary !== undefined) await appendFile(options.summary, markdown);
  announce.say("result", { ...result, unconfirmed }, benchText(result, unconfirmed, comparison));
}

/** With fewer rounds not even counts can be compared. */
const fewestRounds = 3;
const mostRounds = 1000;

/** A number of rounds as a person gives it. @throws InvalidArgumentError for what is none */
export function pairCount(value: string): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= fewestRounds && count <= mostRounds) return count;
  throw new InvalidArgumentError(`It must be a whole number from ${fewestRounds} to ${mostRounds}.`);
}
