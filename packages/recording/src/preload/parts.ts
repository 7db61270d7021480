import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FlightRecording } from "@holdup/observer";
import type { Finding } from "@holdup/protocol";
import type { CpuProfile } from "../cpu-profile.ts";
import type { PrimitiveRecord } from "../primitive-record.ts";
import type { ThreadRecord } from "../recording.ts";

/** What one thread leaves behind, before it is put together with the others'. */
export interface Part {
  readonly thread: Omit<ThreadRecord, "label">;
  readonly primitives: readonly PrimitiveRecord[];
  readonly findings: readonly Finding[];
  readonly flight: FlightRecording;
  /** What could not be had, one sentence each. */
  readonly missing: readonly string[];
}

/** What is left by a thread, in files of one folder. Written at once, so that it can be done when a program exits. */
export class PartFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Tells that a thread is observed: from now on something is missing until it is written. */
  begin(pid: number, threadId: number, script: string): void {
    writeFileSync(this.#path(pid, threadId, "started"), JSON.stringify({ pid, threadId, script }));
  }

  isWritten(pid: number, threadId: number): boolean {
    return existsSync(this.#path(pid, threadId, "json"));
  }

  write(
    part: Part,
    cpu: CpuProfile | undefined,
    pprof: Readonly<Record<"mutex" | "block", Uint8Array>>,
  ): void {
    const { pid, threadId } = part.thread;
    if (cpu !== undefined) this.#put(pid, threadId, "cpuprofile", JSON.stringify(cpu));
    this.#put(pid, threadId, "mutex.pb.gz", pprof.mutex);
    this.#put(pid, threadId, "block.pb.gz", pprof.block);
    // Last: when it is there, all is.
    this.#put(pid, threadId, "json", JSON.stringify(part));
  }

  #put(pid: number, threadId: number, ending: string, content: string | Uint8Array): void {
    const path = this.#path(pid, threadId, ending);
    writeFileSync(`${path}.tmp`, content);
    renameSync(`${path}.tmp`, path);
  }

  #path(pid: number, threadId: number, ending: string): string {
    return join(this.#folder, `${pid}-${threadId}.${ending}`);
  }
}
