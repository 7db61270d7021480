import { basename, resolve } from "node:path";
import { assemble, type Recording, type RunFacts } from "@holdup/recording";
import { announcer, type Announcer } from "./announce.ts";
import { App } from "./app.ts";
import { Failure } from "./failure.ts";
import { drawFlamegraph, flamegraphFile, flamegraphPath, joinProfiles } from "./flamegraph.ts";
import { PartsFolder, type ThreadPart } from "./parts-folder.ts";
import {
  clearFolder,
  relativeProfiles,
  reportFile,
  writeRecording,
  type LabelledProfile,
} from "./recording-folder.ts";
import { stopSignal } from "./stop-signal.ts";
import { recordedEnvironment } from "./wire.ts";

/** The options of `holdup record`. */
export interface RecordOptions {
  out?: string;
  flamegraph?: boolean;
  interval?: number;
  json?: boolean;
}

export const defaultRecordFolder = "holdup-recording";

/** How long an app that was asked to end may take to write its recording and to end, in milliseconds. */
const patienceMs = 30_000;

/** How far samples of the processor are apart, in microseconds. */
export const defaultSampleInterval = 1000;

/**
 * `holdup record -- node app.js`: runs an app to its end and leaves what it waited for, and what it computed, in a folder.
 * Ends with the app's exit code. A request to end goes to the app, which writes before it ends.
 */
export async function record(command: readonly string[], options: RecordOptions): Promise<number> {
  const announce = announcer(options.json === true);
  const folder = options.out ?? defaultRecordFolder;
  await clearFolder(folder);
  const { recording, profiles } = await recordTo(folder, command, {
    intervalMicroseconds: options.interval,
    stopped: stopSignal(),
  });
  if (options.flamegraph === true) await flamegraph(folder, recording.name, profiles, announce);
  for (const sentence of recording.missing) announce.say("missing", { sentence }, sentence);
  announce.say(
    "recorded",
    { folder, report: `${folder}/${reportFile}`, exitCode: recording.exitCode },
    `Recorded in ${folder}: open ${folder}/${reportFile}.`,
  );
  return recording.exitCode;
}

/** What was recorded, and where the processor's time went in each thread. */
export interface Recorded {
  readonly recording: Recording;
  readonly profiles: readonly LabelledProfile[];
}

/** How an app is run to be recorded. */
export interface RecordRun {
  /** How far samples of the processor are apart. @default 1000 */
  readonly intervalMicroseconds?: number | undefined;
  /** Asks the app to end. @default never */
  readonly stopped?: Promise<NodeJS.Signals>;
  /** Where it runs, and what paths are told relative to. @default the current folder */
  readonly cwd?: string;
  /** Whether its output is kept out of ours. @default false */
  readonly quiet?: boolean;
}

/**
 * Runs an app to its end, or until it is asked to end, and writes its recording to a folder.
 *
 * @throws Failure if there was nothing to record
 */
export async function recordTo(
  folder: string,
  command: readonly string[],
  run: RecordRun,
): Promise<Recorded> {
  const { intervalMicroseconds = defaultSampleInterval, cwd = process.cwd(), quiet = false } = run;
  await using parts = await PartsFolder.make();
  const root = resolve(cwd);
  const environment = recordedEnvironment({ folder: parts.path, root, intervalMicroseconds }, process.env);
  const startedAt = Date.now();
  const exitCode = await endOf(new App(command, environment, { cwd, quiet }), run.stopped);
  const durationMs = Date.now() - startedAt;
  const { threads, missing } = await parts.read();
  if (threads.length === 0) throw new Failure(nothing(command, exitCode, missing));
  const facts = { startedAt, durationMs, exitCode, missing };
  const recording = recordingOf(threads, facts);
  const profiles = relativeProfiles(threads, root);
  await writeRecording(folder, recording, threads, profiles);
  return { recording, profiles };
}

function recordingOf(threads: readonly ThreadPart[], facts: Omit<RunFacts, "name" | "stacks">): Recording {
  return assemble(
    threads.map(({ part }) => part),
    {
      ...facts,
      name: threads[0]?.part.thread.script ?? "",
      stacks: {
        waiters: threads.flatMap(({ stacks }) => stacks.waiters),
        holders: threads.flatMap(({ stacks }) => stacks.holders),
      },
    },
  );
}

async function endOf(app: App, stopped: Promise<NodeJS.Signals> | undefined): Promise<number> {
  const first = await (stopped === undefined ? app.ended : Promise.race([stopped, app.ended]));
  if (typeof first !== "string") return first.exitCode;
  // Nobody writes at a hang-up.
  const { exitCode } = await app.end(first === "SIGHUP" ? "SIGTERM" : first, patienceMs);
  return exitCode;
}

function nothing([file = ""]: readonly string[], exitCode: number, missing: readonly string[]): string {
  const ended = `"${basename(file)}" ended with exit code ${exitCode}`;
  if (missing.length > 0) return `nothing was recorded: ${ended}; ${missing.join("; ")}`;
  return `nothing was recorded: ${ended} without a Node program that came as far as its first line`;
}

/** Draws the processor's flamegraph to the folder of a recording, and says what it shows. */
export async function flamegraph(
  folder: string,
  name: string,
  profiles: readonly LabelledProfile[],
  announce: Announcer,
): Promise<void> {
  announce.say("drawing", { with: "0x" }, "Drawing the flamegraph with 0x, which takes some seconds …");
  const file = flamegraphPath(folder);
  const functions = await drawFlamegraph(joinProfiles(profiles), name, file);
  announce.say(
    "flamegraph",
    { file, functions },
    functions > 0
      ? `${folder}/${flamegraphFile} shows ${functions} functions of the app.`
      : `${folder}/${flamegraphFile} shows no function of the app: it took too little of the processor's time to be sampled.`,
  );
}
