/** A collector in a process of its own, as its memory and its end are looked at from outside. */

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { CollectorOptions } from "../collector.ts";

const program = fileURLToPath(new URL("collector-program.ts", import.meta.url));

export class CollectorProcess implements AsyncDisposable {
  readonly url: string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;
  #log = "";

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.ended = once(child, "exit").then(([code, signal]) => ({ code, signal }) as never);
    child.stderr?.on("data", (data: Buffer) => (this.#log += data.toString()));
  }

  static async start(options: CollectorOptions): Promise<CollectorProcess> {
    const args = ["--conditions=@holdup/source", "--disable-warning=ExperimentalWarning", program];
    const child = spawn(process.execPath, [...args, JSON.stringify(options)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [url] = (await once(createInterface(child.stdout), "line")) as [string];
    return new CollectorProcess(child, url);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** What it has written to standard error, a JSON object a line. */
  get log(): any[] {
    return this.#log
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);
  }

  /** How much memory it has now. */
  get residentMiB(): number {
    const status = `/proc/${this.#child.pid}/status`;
    if (!existsSync(status)) {
      return Number(execFileSync("ps", ["-o", "rss=", "-p", String(this.#child.pid)])) / 1024;
    }
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1]) / 1024;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}
