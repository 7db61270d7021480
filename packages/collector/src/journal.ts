/**
 * What was accepted, in the order of acceptance, in files that only grow. Many appends share one sync: those that
 * come while the disk is busy are written together after it.
 */

import { mkdir, open, readdir, readFile, rename, truncate, unlink, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { readRecords, recordBytes, type JournalRecord } from "./journal-record.ts";
import { StoreError } from "./store-error.ts";
import { maxTokens, tokenLifeMs } from "./tokens.ts";

export interface JournalOptions {
  /** How large a segment becomes, in bytes. @default 16_777_216 */
  readonly segmentBytes?: number | undefined;
}

/** A record and its number: they count up from 1. Its content is empty once it is kept elsewhere. */
export interface NumberedRecord extends JournalRecord {
  readonly sequence: number;
}

/** What a journal held when it was opened. */
export interface Recovered {
  readonly records: number;
  /** Cut off because a crash or a fault left them damaged. */
  readonly lostBytes: number;
}

interface Segment {
  readonly path: string;
  /** The number of its first record. */
  readonly first: number;
  /** The number of its last record, or one less than the first. */
  last: number;
  /** Unix ms: when its last record came. */
  time: number;
  bytes: number;
  /** Only the tokens of its records are left. */
  stripped: boolean;
}

interface Append {
  readonly record: JournalRecord;
  readonly bytes: Buffer;
  readonly kept: (sequence: number) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A segment takes records for so long, so that old ones can go. */
const segmentMs = 300_000;
const suffix = ".journal";
/** Of a segment that is to take the place of another; one that a crash left is of no use. */
const draftSuffix = ".draft";
/** What programs tell is for whoever runs the collector, not for all who have an account on the machine. */
const ownerOnly = 0o600;
const noContent = new Uint8Array(0);

export class Journal {
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly recovered: Recovered;
  // Oldest first; the last one is written to if it is open.
  readonly #segments: Segment[];
  #file: FileHandle | undefined;
  #openedAt = 0;
  // How many bytes of the open segment hold whole records.
  #end = 0;
  #next: number;
  #waiting: Append[] = [];
  /** Why the last records could not be written; undefined once others were. */
  failure: Error | undefined;
  #writing: Promise<void> | undefined;
  #ended = false;

  /** Opens a folder, makes it if it isn't there and cuts damaged ends off. Rejects with a StoreError. */
  static async open(
    folder: string,
    { segmentBytes = 16 * 1024 * 1024 }: JournalOptions = {},
  ): Promise<Journal> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const found = await readdir(folder);
      for (const name of found.filter((each) => each.endsWith(draftSuffix))) await unlink(join(folder, name));
      const names = found.filter((name) => name.endsWith(suffix)).toSorted();
      const segments: Segment[] = [];
      let lostBytes = 0;
      for (const name of names) {
        const path = join(folder, name);
        const { segment, cut } = await inspect(path, Number.parseInt(name, 10));
        lostBytes += cut;
        segments.push(segment);
      }
      const records = segments.reduce((sum, { first, last }) => sum + last - first + 1, 0);
      return new Journal(folder, segmentBytes, segments, { records, lostBytes });
    } catch (error) {
      const { message } = error as Error;
      throw new StoreError(`The journal ${folder} can't be written; make it writable (${message}).`, {
        cause: error,
      });
    }
  }

  private constructor(folder: string, segmentBytes: number, segments: Segment[], recovered: Recovered) {
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    this.#segments = segments;
    this.recovered = recovered;
    this.#next = (segments.at(-1)?.last ?? 0) + 1;
  }

  /** The next record's number is larger than this one and than all there are. */
  begin(after: number): void {
    this.#next = Math.max(this.#next, after + 1);
  }

  /** Everything that it held when it was opened, oldest first. */
  async *read(): AsyncGenerator<NumberedRecord> {
    for (const { path, first } of this.#segments.slice()) {
      let sequence = first;
      for (const record of readRecords(await readFile(path)).records)
        yield { ...record, sequence: sequence++ };
    }
  }

  /**
   * Resolves when the record is on the disk. `kept` is called before, with its number and in the order of numbers.
   * Rejects if it could not be written: then nothing of it is left, and others may be written later.
   */
  append(record: JournalRecord, kept: (sequence: number) => void): Promise<void> {
    if (this.#ended) return Promise.reject(new StoreError("The journal is closed."));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, bytes: recordBytes(record), kept, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** How much room it takes on the disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Whether any segment has nothing but records up to this one, and more of them than has to be known. */
  isSpent(sequence: number, now: number): boolean {
    return this.#closed(sequence).some((segment) => !segment.stripped || this.#isOld(segment, now));
  }

  /**
   * Those records are kept elsewhere: only their tokens stay, and these until they are too old to be sent again or
   * too many.
   */
  async forget(sequence: number, now: number): Promise<void> {
    for (const segment of this.#closed(sequence)) {
      if (!this.#isOld(segment, now)) await this.#strip(segment);
      else {
        await unlink(segment.path);
        this.#segments.splice(this.#segments.indexOf(segment), 1);
      }
    }
  }

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  // Those that are written no more and have records up to this one only.
  #closed(sequence: number): Segment[] {
    const current = this.#file === undefined ? undefined : this.#segments.at(-1);
    return this.#segments.filter((segment) => segment !== current && segment.last <= sequence);
  }

  #isOld({ time, last }: Segment, now: number): boolean {
    return time < now - tokenLifeMs || last < this.#next - maxTokens;
  }

  async #strip(segment: Segment): Promise<void> {
    if (segment.stripped) return;
    const { records } = readRecords(await readFile(segment.path));
    const bytes = Buffer.concat(records.map((record) => recordBytes({ ...record, content: noContent })));
    const draft = segment.path + draftSuffix;
    await writeSynced(draft, bytes);
    await rename(draft, segment.path);
    await syncFolder(this.#folder);
    segment.bytes = bytes.length;
    segment.stripped = true;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(group);
        this.failure = undefined;
      } catch (error) {
        this.failure = error as Error;
        await this.#takeBack();
        for (const { reject } of group) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #write(group: readonly Append[]): Promise<void> {
    const [{ record }] = group as [Append];
    const file = await this.#segment(record.time);
    const bytes = Buffer.concat(group.map((append) => append.bytes));
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at, this.#end + at);
      at += bytesWritten;
    }
    await file.datasync();
    this.#end += bytes.length;
    const segment = this.#segments.at(-1) as Segment;
    segment.bytes = this.#end;
    for (const { record: written, kept, resolve } of group) {
      segment.last = this.#next++;
      segment.time = Math.max(segment.time, written.time);
      kept(segment.last);
      resolve();
    }
  }

  // The segment to write to: a new one if there is none yet or it has taken enough.
  async #segment(now: number): Promise<FileHandle> {
    const isFull = this.#end >= this.#segmentBytes || now >= this.#openedAt + segmentMs;
    if (this.#file !== undefined && !isFull) return this.#file;
    await this.#leave();
    const path = join(this.#folder, `${String(this.#next).padStart(16, "0")}${suffix}`);
    const file = await open(path, "w", ownerOnly);
    await syncFolder(this.#folder);
    // One without a record has the same name.
    if (this.#segments.at(-1)?.path === path) this.#segments.pop();
    this.#segments.push({
      path,
      first: this.#next,
      last: this.#next - 1,
      time: now,
      bytes: 0,
      stripped: false,
    });
    this.#file = file;
    this.#openedAt = now;
    this.#end = 0;
    return file;
  }

  // What was written of a group that failed must not be read again as if it had been accepted.
  async #takeBack(): Promise<void> {
    try {
      await this.#file?.truncate(this.#end);
    } catch {
      // Its numbers are used up, whatever is left of it.
      this.#next += maxGroup;
      await this.#leave().catch(() => {});
    }
  }

  async #leave(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

/** More than ever wait for one sync. */
const maxGroup = 1_000_000;

async function inspect(path: string, first: number): Promise<{ segment: Segment; cut: number }> {
  const bytes = await readFile(path);
  const { records, wholeBytes } = readRecords(bytes);
  const cut = bytes.length - wholeBytes;
  if (cut > 0) await truncate(path, wholeBytes);
  const time = records.reduce((newest, record) => Math.max(newest, record.time), 0);
  const last = first + records.length - 1;
  const stripped = records.every(({ content }) => content.length === 0);
  return { segment: { path, first, last, time, bytes: wholeBytes, stripped }, cut };
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "w", ownerOnly);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

// A new file is there after a loss of power only if its folder is on the disk, too.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
