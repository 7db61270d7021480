/**
 * A power failure: of a journal nothing is left but what was synced, which a mere kill does not show, as the system
 * writes down whatever a killed program had written. The database's own file stays as it is.
 */

import { readdir, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { programPath } from "../wired-program.ts";

export class Power {
  readonly #journal: string;
  readonly #notes: string;

  constructor(folder: string, database: string) {
    this.#journal = `${database}.journal`;
    this.#notes = join(folder, "synced-sizes");
  }

  /** What a collector is started with, so that it is known what it synced. */
  get args(): readonly string[] {
    return ["--import", pathToFileURL(programPath("note-synced")).href];
  }

  get environment(): NodeJS.ProcessEnv {
    return { SYNCED_SIZES: this.#notes };
  }

  /** To be called when the collector is dead. */
  async fail(): Promise<void> {
    const synced = await this.#synced();
    for (const name of await readdir(this.#journal)) {
      const path = join(this.#journal, name);
      const { ino, size } = await stat(path);
      const kept = synced.get(ino) ?? 0;
      if (kept < size) await truncate(path, kept);
    }
  }

  async #synced(): Promise<ReadonlyMap<number, number>> {
    const lines = (await readFile(this.#notes, "utf8")).trim().split("\n");
    return new Map(lines.map((line) => line.split(" ").map(Number) as [number, number]));
  }
}
