/** What a profile says, as a tree of frames. Times are milliseconds. */

import {
  notSampled,
  type ProfileKind,
  type Site,
  type WaitsEntry,
  type WaitsProfile,
} from "@holdup/protocol";
import {
  cpuTree,
  parseRecording,
  waitTree,
  type CpuProfile,
  type FlameNode,
  type WaitStack,
} from "@holdup/recording";
import { isNotSampled } from "../sentence.ts";
import { parseFolded } from "./folded.ts";
import { waiterNotKnown } from "./frame-text.ts";

/** Whose lines the waiting is charged to: those who waited, or those who held meanwhile. */
export const blames = ["waiter", "holder"] as const;
export type Blame = (typeof blames)[number];

/** Whether waiting is in it, which can be charged to either side. */
export function tellsBlame(kind: ProfileKind): boolean {
  return kind === "waits" || kind === "recording";
}

/** The tree of a profile that was sent; throws an error with a sentence if it can't be read. */
export function profileTree(kind: ProfileKind, content: unknown, blame: Blame): FlameNode {
  switch (kind) {
    case "waits":
      return waitsTree(content as WaitsProfile, blame);
    case "recording": {
      const { stacks } = parseRecording(JSON.stringify(content));
      return waitTree(blame === "waiter" ? stacks.waiters : stacks.holders);
    }
    case "cpuprofile":
      return isTree(content) ? content : cpuTree([content as CpuProfile]);
    case "folded":
      return parseFolded(String(content));
    case "trace":
      throw new Error("A flight recording has lanes, not stacks: it opens in the Timeline.");
    default:
      return kind satisfies never;
  }
}

// A report has the tree of all threads together, and not their profiles.
function isTree(content: unknown): content is FlameNode {
  return typeof content === "object" && content !== null && "children" in content;
}

/** The waits of the metrics: primitive, the line that is charged, and on top of it the other side. */
export function waitsTree({ items }: WaitsProfile, blame: Blame): FlameNode {
  const several = new Set(items.map(({ service }) => service)).size > 1;
  return waitTree(items.map((entry) => stackOf(entry, blame, several)));
}

function stackOf(entry: WaitsEntry, blame: Blame, tellService: boolean): WaitStack {
  const { service, primitive, blameSeconds } = entry;
  const waiter = entry.waiterSite ?? placeholder(waiterNotKnown);
  const holder = entry.holderSite ?? placeholder("(nobody held)");
  const [charged, other] = blame === "waiter" ? [waiter, holder] : [holder, waiter];
  const verb = blame === "waiter" ? "held by" : "waited for by";
  return {
    type: primitive.type,
    name: tellService ? `${service} / ${primitive.name}` : primitive.name,
    // Innermost first.
    frames: [{ ...named(other), functionName: `${verb} ${named(other).functionName}` }, named(charged)],
    contentions: 0,
    ms: blameSeconds * 1000,
  };
}

function named(site: Site): Site {
  if (isNotSampled(site)) return placeholder(notSampled);
  return site.functionName === "" ? { ...site, functionName: "(anonymous)" } : site;
}

function placeholder(functionName: string): Site {
  return { functionName, filePath: "", lineNumber: 0 };
}
