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
