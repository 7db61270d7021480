import { findingKey, type KeptFinding, type Severity } from "@holdup/protocol";
import type { State } from "../state.ts";

type Findings = State["findings"];

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** The findings as they are read: the most severe first, among them the newest. */
export function ordered(findings: Findings) {
  return [...findings.values()].toSorted(
    (a, b) =>
      ranks[a.severity] - ranks[b.severity] ||
      b.lastSeen - a.lastSeen ||
      (findingKey(a) < findingKey(b) ? -1 : 1),
  );
}

/** How many there are of each severity. */
export function countsOf(findings: Iterable<KeptFinding>): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}
