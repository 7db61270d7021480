import type { FlightRecording } from "@holdup/observer";
import type { Finding, Site } from "@holdup/protocol";
import type { PrimitiveRecord } from "./primitive-record.ts";

/** Grows when a reader of an older version would read it wrongly. */
export const recordingVersion = 1;

/** The name of the file with it, in the folder of a recording. */
export const recordingFile = "contention.json";

/**
 * What a run measured: `contention.json`. Sites and paths are relative to the folder that the run was started in. Of the
 * command line only the name of the script is in it: arguments may hold secrets.
 */
export interface Recording {
  readonly format: "holdup-recording";
  readonly version: typeof recordingVersion;
  /** What was run. */
  readonly name: string;
  /** Unix ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** As a shell tells it. */
  readonly exitCode: number;
  /** Each thread that was observed. */
  readonly threads: readonly ThreadRecord[];
  /** One sentence for each thread that left nothing, or not all. */
  readonly missing: readonly string[];
  /** All threads' together, most waiting first. */
  readonly primitives: readonly PrimitiveRecord[];
  /** All waiting by the stacks of those who waited, and of those who held meanwhile. */
  readonly stacks: { readonly waiters: readonly WaitStack[]; readonly holders: readonly WaitStack[] };
  readonly findings: readonly Finding[];
  /** The last seconds of each thread that waited. */
  readonly flights: readonly { readonly thread: string; readonly flight: FlightRecording }[];
}

/** A thread of a program. */
export interface ThreadRecord {
  /** `main`, `worker 3`, or with the number of its process. Names its files. */
  readonly label: string;
  readonly pid: number;
  /** 0 is the main thread of its process. */
  readonly threadId: number;
  /** The script, relative to the folder that the run was started in. */
  readonly script: string;
  /** The version of Node. */
  readonly node: string;
  /** Unix ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** How late its timers were, in the median: how busy the thread, or the machine, was. */
  readonly timersLateMs: number;
  /** How long it could have run while the processors had something else to do; null: the system does not tell. */
  readonly delayedMs: number | null;
  /** What the observer had to leave out. */
  readonly losses: { readonly spans: number; readonly sites: number; readonly primitives: number };
}

/** A stack under which someone waited, or held while others waited. */
export interface WaitStack {
  readonly type: string;
  readonly name: string;
  /** Innermost first; empty: it was not looked up. */
  readonly frames: readonly Site[];
  readonly contentions: number;
  readonly ms: number;
}

/** What was given as a recording is none. */
export class RecordingError extends Error {
  readonly code = "ERR_HOLDUP_RECORDING";

  static {
    this.prototype.name = "RecordingError";
  }
}

/**
 * Reads `contention.json`.
 *
 * @throws RecordingError that says in one sentence what is wrong with it
 */
export function parseRecording(text: string, from: string = recordingFile): Recording {
  const read = parsed(text, from);
  if (!isRecord(read) || read["format"] !== "holdup-recording") {
    throw new RecordingError(`${from} is no recording of Holdup`);
  }
  if (read["version"] !== recordingVersion) {
    throw new RecordingError(
      `${from} has version ${String(read["version"])}; this Holdup reads version ${recordingVersion}`,
    );
  }
  if (!isWhole(read))
    throw new RecordingError(`${from} is damaged: something that every recording has is missing`);
  return read as unknown as Recording;
}

function parsed(text: string, from: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RecordingError(`${from} is no JSON`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWhole(read: Record<string, unknown>): boolean {
  const lists = ["threads", "missing", "primitives", "findings", "flights"];
  const stacks = read["stacks"];
  return (
    lists.every((name) => Array.isArray(read[name])) &&
    isRecord(stacks) &&
    Array.isArray(stacks["waiters"]) &&
    Array.isArray(stacks["holders"]) &&
    (read["primitives"] as unknown[]).every(isPrimitive)
  );
}

function isPrimitive(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const numbers = ["operations", "contended", "blockedMs", "handoffMs", "holdMs", "unattributedMs"];
  const lists = ["byWaiter", "byHolder", "matrix", "holds", "slices"];
  return (
    typeof value["name"] === "string" &&
    typeof value["type"] === "string" &&
    numbers.every((name) => typeof value[name] === "number") &&
    lists.every((name) => Array.isArray(value[name])) &&
    isHistogram(value["waits"]) &&
    isHistogram(value["handoffs"])
  );
}

function isHistogram(value: unknown): boolean {
  return isRecord(value) && typeof value["count"] === "number" && Array.isArray(value["counts"]);
}
