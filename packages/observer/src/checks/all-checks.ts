import type { Check } from "../check.ts";

/** One of each, for one observer. */
export function allChecks(): Check[] {
  return [];
}
