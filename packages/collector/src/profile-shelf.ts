/** Profiles that people sent: as many of the newest as there is room for. */

import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProfileItem } from "@holdup/protocol";

export interface ProfileShelfOptions {
  /** Where they are kept. @default nowhere: they are gone when the collector ends */
  readonly folder?: string | undefined;
  /** How much all together may take, in bytes. @default 67_108_864 in memory, 536_870_912 in a folder */
  readonly maxBytes?: number | undefined;
  /** How many there may be. @default 200 */
  readonly maxProfiles?: number | undefined;
}

const maxInMemory = 64 * 1024 * 1024;
const maxInFolder = 512 * 1024 * 1024;

export class ProfileShelf {
  readonly #folder: string | undefined;
  readonly #maxBytes: number;
  readonly #maxProfiles: number;
  // Oldest first.
  readonly #items = new Map<string, ProfileItem>();
  readonly #bodies = new Map<string, Uint8Array>();
  /** How many gave way to newer ones. */
  dropped = 0;

  constructor({ folder, maxBytes, maxProfiles = 200 }: ProfileShelfOptions = {}) {
    this.#folder = folder;
    this.#maxBytes = maxBytes ?? (folder === undefined ? maxInMemory : maxInFolder);
    this.#maxProfiles = maxProfiles;
    if (folder !== undefined) this.#open(folder);
  }

  /** What is there, newest first. */
  list(): ProfileItem[] {
    return [...this.#items.values()].toReversed();
  }

  /** Resolves when it is kept; older ones give way. */
  async keep(facts: Omit<ProfileItem, "id" | "sizeBytes">, body: Uint8Array): Promise<ProfileItem> {
    const id = `${facts.receivedAt.toString(36)}-${randomBytes(6).toString("hex")}`;
    const item = { id, ...facts, sizeBytes: body.length };
    if (this.#folder === undefined) this.#bodies.set(id, body);
    else await this.#write(this.#folder, item, body);
    this.#items.set(id, item);
    await this.#makeRoom(id);
    return item;
  }

  /** What was sent, and what is known of it; undefined if it is not there (any more). */
  async read(id: string): Promise<{ item: ProfileItem; body: Uint8Array } | undefined> {
    const item = this.#items.get(id);
    if (item === undefined) return undefined;
    const body =
      this.#folder === undefined ? this.#bodies.get(id) : await readFile(bodyPath(this.#folder, id));
    return body === undefined ? undefined : { item, body };
  }

  #open(folder: string): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const items = readdirSync(folder)
      .filter((name) => name.endsWith(factsEnding))
      .flatMap((name) => readFacts(folder, name))
      .toSorted((a, b) => a.receivedAt - b.receivedAt);
    for (const item of items) this.#items.set(item.id, item);
  }

  // What is known of it is written last: without that it is not there.
  async #write(folder: string, item: ProfileItem, body: Uint8Array): Promise<void> {
    await writeFile(bodyPath(folder, item.id), body, { mode: 0o600 });
    const path = factsPath(folder, item.id);
    await writeFile(`${path}.tmp`, JSON.stringify(item), { mode: 0o600 });
    await rename(`${path}.tmp`, path);
  }

  async #makeRoom(newest: string): Promise<void> {
    let bytes = 0;
    for (const { sizeBytes } of this.#items.values()) bytes += sizeBytes;
    for (const { id, sizeBytes } of this.#items.values()) {
      if (id === newest || (bytes <= this.#maxBytes && this.#items.size <= this.#maxProfiles)) return;
      bytes -= sizeBytes;
      this.dropped++;
      this.#items.delete(id);
      this.#bodies.delete(id);
      if (this.#folder === undefined) continue;
      await rm(factsPath(this.#folder, id), { force: true });
      await rm(bodyPath(this.#folder, id), { force: true });
    }
  }
}

const factsEnding = ".facts.json";

function factsPath(folder: string, id: string): string {
  return join(folder, id + factsEnding);
}

function bodyPath(folder: string, id: string): string {
  return join(folder, `${id}.profile`);
}

// A file that was damaged is no reason not to start.
function readFacts(folder: string, name: string): ProfileItem[] {
  try {
    const item = JSON.parse(readFileSync(join(folder, name), "utf8")) as ProfileItem;
    return name === item.id + factsEnding && existsSync(bodyPath(folder, item.id)) ? [item] : [];
  } catch {
    return [];
  }
}
