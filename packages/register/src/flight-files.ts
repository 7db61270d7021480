import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isMainThread, threadId } from "node:worker_threads";
import { perfettoJson, type Finding, type HoldupObserver, type Measurement } from "@holdup/observer";
import { now } from "@holdup/primitives";
import { Histogram } from "@holdup/protocol";

/** When and where recordings of the last seconds are written. */
export interface RecordSettings {
  readonly dir: string;
  /** Milliseconds; undefined: whatever the waits. */
  readonly p99Ms: number | undefined;
}

/** Of its own accord it writes so many, and no two within a minute. */
const mostFiles = 10;
const pauseMs = 60_000;

/**
 * Writes the last seconds to a file, for ui.perfetto.dev: at SIGUSR2, at a finding that is an error, and when a
 * primitive's waits were too long. What goes wrong with it is told once, as a warning.
 */
export class FlightFiles {
  readonly #observer: HoldupObserver;
  readonly #settings: RecordSettings;
  readonly #service: string;
  readonly #listening: Disposable;
  readonly #asked = () => this.#record("SIGUSR2");
  readonly #seen = new Set<string>();
  #files = 0;
  #ownFiles = 0;
  #ownAt = Number.NEGATIVE_INFINITY;
  #warned = false;
  #last: Promise<void> = Promise.resolve();

  constructor(observer: HoldupObserver, service: string, settings: RecordSettings) {
    this.#observer = observer;
    this.#settings = settings;
    this.#service = service;
    this.#listening = observer.onFinding((finding) => this.#found(finding));
    process.on("SIGUSR2", this.#asked);
  }

  /** Looks at what was measured since the last time. */
  measured(measurements: readonly Measurement[]): void {
    const { p99Ms } = this.#settings;
    if (p99Ms === undefined) return;
    for (const measurement of measurements) {
      const ms = p99(measurement) * 1000;
      if (ms <= p99Ms) continue;
      const { type, name } = measurement;
      this.#recordUnasked(`the p99 of waits for ${type} "${name}" is ${ms.toFixed(1)} ms`);
    }
  }

  /** Resolves when all that was to be recorded is written, or given up. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** Writes what is still to be written, and no more. */
  stop(): Promise<void> {
    process.off("SIGUSR2", this.#asked);
    this.#listening[Symbol.dispose]();
    return this.#last;
  }

  #found({ id, severity, kind, message }: Finding): void {
    if (severity !== "error" || this.#seen.has(id)) return;
    if (this.#recordUnasked(`${kind}: ${message}`)) this.#seen.add(id);
  }

  #recordUnasked(reason: string): boolean {
    const at = now();
    if (this.#ownFiles >= mostFiles || at - this.#ownAt < pauseMs) return false;
    this.#ownFiles++;
    this.#ownAt = at;
    this.#record(reason);
    return true;
  }

  // One after the other, and in a turn of its own: a finding may be made amid a hand-over.
  #record(reason: string): void {
    this.#last = this.#last.then(nextTurn).then(() => this.#write(reason));
  }

  async #write(reason: string): Promise<void> {
    const { dir } = this.#settings;
    try {
      const recording = this.#observer.record();
      await mkdir(dir, { recursive: true });
      const name = this.#freeName();
      const unfinished = join(dir, `.${name}.tmp`);
      try {
        const about = { service: this.#service, pid: process.pid, reason };
        await writeFile(unfinished, perfettoJson(recording, about));
        await rename(unfinished, join(dir, name));
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
      process.stderr.write(`holdup: recorded the last seconds in ${join(dir, name)} (${reason})\n`);
    } catch (error) {
      this.#warn(error);
    }
  }

  // In a container every process may have the number 1: what an earlier one left is not overwritten.
  #freeName(): string {
    const service = this.#service.replaceAll(/[^\w.-]+/g, "_").slice(0, 80);
    const id = isMainThread ? process.pid : `${process.pid}.${threadId}`;
    let name: string;
    do name = `holdup-${service}-${id}-${++this.#files}.trace.json`;
    while (existsSync(join(this.#settings.dir, name)));
    return name;
  }

  #warn(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    process.emitWarning(`a recording could not be written to ${this.#settings.dir}: ${String(error)}`, {
      type: "HoldupWarning",
      code: "HOLDUP_RECORDING_FAILED",
    });
  }
}

/** Of all operations, in seconds; one that did not have to wait counts as 0. */
function p99({ operations }: Measurement): number {
  const all = new Histogram();
  for (const { uncontended, waits } of operations) {
    all.recordZeros(uncontended);
    all.merge(waits);
  }
  return all.quantile(0.99);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
