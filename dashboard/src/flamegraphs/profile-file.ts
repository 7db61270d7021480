/** Profiles as files: those that a person opens, and those that the page writes. */

import type { ProfileKind } from "@holdup/protocol";
import { waitProfile, type FlameNode } from "@holdup/recording";
import { writeFolded } from "./folded.ts";

/** What a file is, by its content; throws an error with a sentence if it is nothing that can be drawn. */
export function readProfile(text: string): { readonly kind: ProfileKind; readonly content: unknown } {
  if (!/^\s*\{/.test(text)) {
    if (/^.+ \d+(?:\.\d+)?\s*$/m.test(text)) return { kind: "folded", content: text };
    throw new Error("It is neither JSON nor folded stacks (lines of `outer;inner 12`).");
  }
  const content = parse(text);
  const { format, nodes, samples, traceEvents } = content;
  if (format === "holdup-recording") return { kind: "recording", content };
  if (Array.isArray(nodes) && Array.isArray(samples)) return { kind: "cpuprofile", content };
  if (Array.isArray(traceEvents)) return { kind: "trace", content };
  throw new Error("It is no recording of Holdup's, no .cpuprofile and no Chrome trace.");
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Error("Its JSON can't be read.");
  }
}

/** The forms in which a flamegraph can be saved. */
export const forms = [".cpuprofile", "folded stacks"] as const;
export type Form = (typeof forms)[number];

/** Has the browser save a flamegraph. */
export function saveTree(tree: FlameNode, name: string, form: Form): void {
  const text = form === ".cpuprofile" ? JSON.stringify(waitProfile(tree)) : writeFolded(tree);
  const url = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name.replaceAll(/[^\w.-]+/g, "-")}${form === ".cpuprofile" ? form : ".folded.txt"}`;
  link.click();
  URL.revokeObjectURL(url);
}
