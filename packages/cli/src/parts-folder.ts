import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { threadLabels, type CpuProfile, type Part, type WaitStack } from "@holdup/recording";
import { decodePprof } from "./decode-pprof.ts";

/** How long processes that the app left behind may take to write, in milliseconds. */
const patienceMs = 5000;
const lookEveryMs = 20;

/** What one thread left. */
export interface ThreadPart {
  /** `main`, `worker 3`, `process 812`. */
  readonly label: string;
  readonly part: Part;
  /** Absent if it could not be had. */
  readonly cpu: CpuProfile | undefined;
  readonly mutex: Uint8Array;
  readonly block: Uint8Array;
  readonly stacks: { readonly waiters: readonly WaitStack[]; readonly holders: readonly WaitStack[] };
}

interface Started {
  readonly pid: number;
  readonly threadId: number;
  readonly script: string;
}

/** The folder in which the threads of an app leave what they recorded. Removed when disposed. */
export class PartsFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<PartsFolder> {
    return new PartsFolder(await mkdtemp(join(tmpdir(), "holdup-record-")));
  }

  /** Waits for processes that outlived the app, then reads what all threads left; those that began first come first. */
  async read(): Promise<{ threads: ThreadPart[]; missing: string[] }> {
    const unwritten = await this.#settled();
    const names = (await readdir(this.path)).filter((name) => /^\d+-\d+\.json$/.test(name));
    const parts = await Promise.all(names.map((name) => this.#read(name.slice(0, -".json".length))));
    parts.sort((a, b) => a.part.thread.startedAt - b.part.thread.startedAt);
    const labels = threadLabels(parts.map(({ part }) => part.thread));
    return {
      threads: parts.map((part, index) => ({ ...part, label: labels[index] as string })),
      missing: unwritten.map(sentence),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  // What has begun and not written, when nothing more is to be expected.
  async #settled(): Promise<Started[]> {
    const until = performance.now() + patienceMs;
    for (;;) {
      const unwritten = await this.#unwritten();
      if (!unwritten.some(({ pid }) => isAlive(pid)) || performance.now() > until) return unwritten;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  async #unwritten(): Promise<Started[]> {
    const names = new Set(await readdir(this.path));
    const open = [...names].filter(
      (name) => name.endsWith(".started") && !names.has(name.replace(/started$/, "json")),
    );
    return Promise.all(
      open.map(async (name) => JSON.parse(await readFile(join(this.path, name), "utf8")) as Started),
    );
  }

  async #read(thread: string): Promise<Omit<ThreadPart, "label">> {
    const file = (ending: string): string => join(this.path, `${thread}.${ending}`);
    const [part, cpu, mutex, block] = await Promise.all([
      readFile(file("json"), "utf8"),
      readFile(file("cpuprofile"), "utf8").catch(() => undefined),
      readFile(file("mutex.pb.gz")),
      readFile(file("block.pb.gz")),
    ]);
    return {
      part: JSON.parse(part) as Part,
      cpu: cpu === undefined ? undefined : (JSON.parse(cpu) as CpuProfile),
      mutex,
      block,
      stacks: { waiters: decodePprof(block), holders: decodePprof(mutex) },
    };
  }
}

function sentence({ pid, threadId, script }: Started): string {
  const who = threadId === 0 ? `process ${pid} (${script})` : `worker ${threadId} of process ${pid}`;
  const why = isAlive(pid) ? "it still runs" : "it was killed, or too busy at its end";
  return `${who} left no recording: ${why}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
