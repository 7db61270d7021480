/** Flamegraphs as files that the page writes. */

import { waitProfile, type FlameNode } from "@holdup/recording";
import { writeFolded } from "./folded.ts";

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
