/** What is written on a frame, and told of it. */

import { notSampled } from "@holdup/protocol";
import type { FlameNode } from "@holdup/recording";
import { formatDuration } from "../duration.ts";
import { formatShare } from "../share.ts";

/** `reserve  src/inventory.ts:41` */
export function frameText({ name, file, line }: Pick<FlameNode, "name" | "file" | "line">): string {
  return file === "" ? name : `${name}  ${placeText(file, line)}`;
}

/** `reserve, src/inventory.ts:41: 12.4 s, 71 % of all; itself 3.1 s`; what all are in has no share to tell */
export function describeFrame(node: FlameNode, allMs: number): string {
  const { name, file, line, self, total } = node;
  if (name === "all" && file === "" && total === allMs) return `${formatDuration(total / 1000)} in all`;
  const where = file === "" ? name : `${name}, ${placeText(file, line)}`;
  const share = allMs === 0 ? 0 : total / allMs;
  const told = `${where}: ${formatDuration(total / 1000)}, ${formatShare(share)} of all; itself ${formatDuration(self / 1000)}`;
  return isNotLookedUp(node) ? `${told}. ${whyNotLookedUp}` : told;
}

/** Stands where no line was told for who waited. */
export const waiterNotKnown = "(waiter not known)";

const whyNotLookedUp = "Call sites are looked up within a budget per second; times are exact.";

function isNotLookedUp({ name, file }: FlameNode): boolean {
  return file === "" && [waiterNotKnown, notSampled].some((word) => name.endsWith(word));
}

function placeText(file: string, line: number): string {
  return line > 0 ? `${file}:${line}` : file;
}

const tones = 5;

/** The colour of a frame: the same function has the same one everywhere; what is nobody's own code is grey. */
export function toneOf({ name, file }: Pick<FlameNode, "name" | "file">): string {
  if (file === "" && /^(?:\(|held by \(|waited for by \(|all$)/.test(name)) return "var(--flame-none)";
  if (file.startsWith("node:") || file.includes("node_modules/")) return "var(--flame-dependency)";
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) | 0;
  return `var(--flame-${Math.abs(hash) % tones})`;
}

/** How frames look, and what is told of them. */
export interface FrameLook {
  /** A colour, as CSS takes it. */
  readonly tone: (node: FlameNode) => string;
  readonly describe: (node: FlameNode, allMs: number) => string;
}

export const plainLook: FrameLook = { tone: toneOf, describe: describeFrame };
