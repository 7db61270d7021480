/** What flamegraphs are made of, as the collector keeps and tells it. */

import type { Site } from "./live.ts";

/**
 * waits: who waits for whom right now, from the metrics. cpuprofile: of V8, a `.cpuprofile`. recording: a
 * `contention.json`. trace: a flight recording, a Chrome trace. folded: lines of `outer;inner 12`.
 */
export type ProfileKind = "waits" | "cpuprofile" | "recording" | "trace" | "folded";

/** A profile that can be asked for. */
export interface ProfileItem {
  readonly id: string;
  readonly kind: ProfileKind;
  readonly name: string;
  /** Null: of no service, or of all. */
  readonly service: string | null;
  /** Unix ms. */
  readonly receivedAt: number;
  readonly sizeBytes: number;
}

/** How long those at one site waited for one primitive because of those at another. */
export interface WaitsEntry {
  readonly service: string;
  readonly primitive: { readonly name: string; readonly type: string };
  /** Null where it is not known. */
  readonly waiterSite: Site | null;
  /** Null where nobody held. */
  readonly holderSite: Site | null;
  readonly blameSeconds: number;
}

/** The profile `waits`: the primitives that cost most, the most first. */
export interface WaitsProfile {
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly WaitsEntry[];
}

/** The id of the profile that is made of the metrics. */
export const waitsProfileId = "waits";

/** What a file is, by its content: JSON is parsed, folded stacks are their text. */
export interface RecognisedProfile {
  readonly kind: Exclude<ProfileKind, "waits">;
  readonly content: unknown;
}

/**
 * Tells what a profile is by its content. Throws an Error with a sentence if it is none; JSON is parsed whatever its
 * depth, so whoever takes it from strangers looks at that before.
 */
export function recogniseProfile(text: string): RecognisedProfile {
  if (!/^\s*[{[]/.test(text)) {
    if (isFolded(text)) return { kind: "folded", content: text };
    throw new Error("It is neither JSON nor folded stacks (lines of `outer;inner 12`).");
  }
  const content = parse(text);
  const { format, nodes, samples, traceEvents } = (content ?? {}) as Record<string, unknown>;
  if (format === "holdup-recording") return { kind: "recording", content };
  if (Array.isArray(nodes) && Array.isArray(samples)) return { kind: "cpuprofile", content };
  if (Array.isArray(traceEvents)) return { kind: "trace", content };
  throw new Error("Its JSON is no recording of Holdup's, no .cpuprofile and no Chrome trace.");
}

// The first line decides: what else there is may be long.
function isFolded(text: string): boolean {
  const [first = ""] = text.trimStart().split("\n", 1);
  return /^.+ \d+(?:\.\d+)?\s*$/.test(first);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`Its JSON can't be read: ${(error as Error).message.slice(0, 200)}.`, { cause: error });
  }
}
