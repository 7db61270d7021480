import type { KeptFinding } from "@holdup/protocol";
import { hash } from "../hash.ts";

/** By what a finding is muted in the address: the same after a restart of its program, and short. */
export function muteKey({ service, kind, primitives, sites }: KeptFinding): string {
  const places = sites.map(({ filePath, lineNumber }) => [filePath, lineNumber]);
  return hash(JSON.stringify([service, kind, primitives, places])).toString(36);
}
