/** How a frame looks that is compared with the same one of a base. */

import type { DiffNode, FlameNode } from "@holdup/recording";
import { describeFrame, type FrameLook } from "../flamegraphs/frame-text.ts";
import { formatShare } from "../share.ts";

// Smaller differences are noise, and have no colour.
const least = 0.005;
const much = 0.05;

export const diffLook: FrameLook = { tone, describe };

function tone(node: FlameNode): string {
  const by = difference(node);
  if (Math.abs(by) < least) return "var(--flame-none)";
  const strength = Math.abs(by) < much ? "little" : "much";
  return `var(--diff-${by > 0 ? "more" : "less"}-${strength})`;
}

function describe(node: FlameNode, allMs: number): string {
  const { baseShare, headShare } = node as DiffNode;
  const arrow = difference(node) > 0 ? "↑" : "↓";
  const change =
    Math.abs(difference(node)) < least
      ? "as before"
      : `${arrow} ${formatShare(Math.abs(difference(node)))} points`;
  return `${describeFrame(node, allMs)}; ${formatShare(baseShare)} in the base, ${formatShare(headShare)} in the head: ${change}`;
}

function difference(node: FlameNode): number {
  const { baseShare, headShare } = node as DiffNode;
  return headShare - baseShare;
}
