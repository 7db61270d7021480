/**
 * Preloaded into a collector: notes in the file that SYNCED_SIZES names how much of each of its files the disk has,
 * by the number of the file, before whoever waits for it goes on.
 */

import { appendFileSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";

const notes = process.env["SYNCED_SIZES"] ?? "";
const own = await open(import.meta.filename);
const handles = Object.getPrototypeOf(own) as FileHandle;
await own.close();

for (const method of ["datasync", "sync"] as const) {
  const sync = handles[method];
  handles[method] = async function (this: FileHandle): Promise<void> {
    const { ino, size } = await this.stat();
    await sync.call(this);
    appendFileSync(notes, `${ino} ${size}\n`);
  };
}
