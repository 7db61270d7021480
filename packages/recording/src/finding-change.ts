import type { Finding } from "@holdup/protocol";
import type { Recording } from "./recording.ts";
import { functionKey } from "./site.ts";

/**
 * The same for the same finding in two runs. Its sentence names lines, which move, its id is of one process, and which of its
 * places is told first, and of how many tasks, is chance.
 */
export function findingKey({ kind, primitives, sites }: Finding): string {
  return JSON.stringify([kind, distinct(primitives), distinct(sites.map(functionKey))]);
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted();
}

/** The findings of these recordings that none of those has, each once. */
export function findingsOnlyIn(these: readonly Recording[], those: readonly Recording[]): Finding[] {
  const known = new Set(those.flatMap(({ findings }) => findings).map(findingKey));
  const found = new Map(these.flatMap(({ findings }) => findings).map((one) => [findingKey(one), one]));
  return [...found].filter(([key]) => !known.has(key)).map(([, finding]) => finding);
}
