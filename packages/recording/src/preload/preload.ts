/**
 * What a program is recorded by: `node --import file:///…/preload.js?folder=…`, which `holdup record` does. It wires the
 * program like `@holdup/register`, samples the processor as well, and writes both when the thread ends, however it
 * ends but by SIGKILL.
 *
 * Its settings are in its URL: what is in the environment would be inherited by name, and checked by register.
 */
import { isMainThread } from "node:worker_threads";
import { isLauncher, SettingError, startRecorded, type Holdup } from "@holdup/register";
import { Farewell } from "./farewell.ts";
import { ThreadRecorder, type RecorderSettings } from "./thread-recorder.ts";

const signals = ["SIGTERM", "SIGINT"] as const;

if (!isLauncher(process.argv[1])) recordThread(settingsOf(new URL(import.meta.url)));

function settingsOf({ searchParams }: URL): RecorderSettings {
  return {
    folder: searchParams.get("folder") ?? "",
    root: searchParams.get("root") ?? process.cwd(),
    intervalMicroseconds: Number(searchParams.get("interval") ?? 1000),
  };
}

function recordThread(settings: RecorderSettings): void {
  const wired = startOrExit(settings);
  const recorder = new ThreadRecorder(wired.observer, settings);
  const farewell = new Farewell(recorder);
  process.on("exit", () => farewell.finish());
  if (isMainThread) for (const signal of signals) finishAt(signal, farewell);
}

function startOrExit({ root }: RecorderSettings): Holdup {
  try {
    return startRecorded({ root });
  } catch (error) {
    if (error instanceof SettingError) {
      process.stderr.write(`holdup: ${error.message}\n`);
      process.exit(2);
    }
    throw error;
  }
}

/**
 * A program that does not listen to the signal dies of it, with no exit to write at. One that does, ends when it likes, and
 * its exit is told.
 */
function finishAt(signal: (typeof signals)[number], farewell: Farewell): void {
  const ours = new Set(process.listeners(signal));
  // First of all: register's listener ends the program if nobody else listens, and this one must be gone by then.
  process.prependOnceListener(signal, () => {
    if (process.listeners(signal).every((listener) => ours.has(listener))) farewell.finish();
  });
}
