import { relative } from "node:path";
import { threadId } from "node:worker_threads";
import type { HoldupObserver } from "@holdup/observer";
import { runDelayMs, thisThread } from "@holdup/register";
import type { CpuProfile } from "../cpu-profile.ts";
import { CpuProfiler } from "./cpu-profiler.ts";
import { mappedProfile } from "./mapped-profile.ts";
import { PartFiles } from "./parts.ts";
import { ThreadMeasures } from "./thread-measures.ts";

/** How a thread is recorded. */
export interface RecorderSettings {
  /** Where parts are written to. */
  readonly folder: string;
  /** The folder that paths are told relative to. */
  readonly root: string;
  /** How far samples of the processor are apart. */
  readonly intervalMicroseconds: number;
}

/** Records one thread, from its making to `write`. */
export class ThreadRecorder {
  readonly #observer: HoldupObserver;
  readonly #files: PartFiles;
  readonly #measures: ThreadMeasures;
  readonly #profiler: CpuProfiler;
  readonly #script: string;
  readonly #startedAt = Date.now();
  readonly #delayedBefore = runDelayMs(thisThread);
  #written = false;

  constructor(observer: HoldupObserver, settings: RecorderSettings) {
    this.#observer = observer;
    this.#files = new PartFiles(settings.folder);
    this.#script = scriptName(settings.root);
    this.#files.begin(process.pid, threadId, this.#script);
    this.#measures = new ThreadMeasures(observer);
    this.#profiler = new CpuProfiler(settings.intervalMicroseconds);
  }

  get isWritten(): boolean {
    return this.#written;
  }

  /** Ends the recording and writes it, at once. A second time nothing happens. */
  write(): void {
    if (this.#written) return;
    this.#written = true;
    const durationMs = Date.now() - this.#startedAt;
    const missing: string[] = [];
    const cpu = this.#cpu(missing);
    const primitives = this.#measures.end();
    const part = {
      thread: {
        pid: process.pid,
        threadId,
        script: this.#script,
        node: process.versions.node,
        startedAt: this.#startedAt,
        durationMs,
        timersLateMs: this.#measures.timersLateMs,
        delayedMs: this.#delayedMs(),
        losses: this.#observer.losses,
      },
      primitives,
      findings: this.#observer.findings,
      flight: this.#observer.record(),
      missing,
    };
    const pprof = { mutex: this.#observer.toPprof("mutex"), block: this.#observer.toPprof("block") };
    this.#files.write(part, cpu, pprof);
  }

  isWrittenBy(thread: number): boolean {
    return this.#files.isWritten(process.pid, thread);
  }

  #delayedMs(): number | null {
    const now = runDelayMs(thisThread);
    return now === null || this.#delayedBefore === null ? null : now - this.#delayedBefore;
  }

  #cpu(missing: string[]): CpuProfile | undefined {
    try {
      return mappedProfile(this.#profiler.stop());
    } catch (error) {
      missing.push(`the processor profile could not be had: ${String(error)}`);
      return undefined;
    }
  }
}

// Of the command line nothing else: arguments may hold secrets.
function scriptName(root: string): string {
  const script = process.argv[1];
  if (script === undefined) return "node";
  const path = relative(root, script).replaceAll("\\", "/");
  return path === "" || path.startsWith("..") ? script : path;
}
