/** A disk that is soon full: a file system of its own in memory, which only root can make. */

import { execFileSync } from "node:child_process";

import { mkdtemp, rm, rmdir, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class SmallDisk implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Why there is none here, in a sentence; undefined if there is. */
  static get missing(): string | undefined {
    if (process.platform !== "linux" || process.getuid?.() !== 0) return "Only root can make a small disk.";
    try {
      execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", tmpdir()], { stdio: "ignore" });
      return undefined;
    } catch {
      return "This system lets nobody make a small disk.";
    }
  }

  static async mount(sizeBytes: number): Promise<SmallDisk> {
    const path = await mkdtemp(join(tmpdir(), "holdup-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "tmpfs", path]);
    return new SmallDisk(path);
  }

  /** Fills it up but for so many bytes. */
  async fill(leftBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.path);
    const bytes = Buffer.alloc(Math.max(0, bavail * bsize - leftBytes), 1);
    await writeFile(this.#ballast, bytes).catch((error: NodeJS.ErrnoException) => {
      // Some of it is its own: it is full then, too.
      if (error.code !== "ENOSPC") throw error;
    });
  }

  /** What filled it is gone. */
  async empty(): Promise<void> {
    await rm(this.#ballast);
  }

  /** Lets it be read only, or written again. */
  remount(mode: "ro" | "rw"): void {
    execFileSync("mount", ["-o", `remount,${mode}`, this.path]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    execFileSync("umount", [this.path]);
    await rmdir(this.path);
  }

  get #ballast(): string {
    return join(this.path, "ballast");
  }
}
