/** What is compared of a primitive, per operation. */
export type Metric = "hold" | "wait" | "handoff";

/** When a comparison fails. */
export interface FailOn {
  /** How much more, as a share, makes a figure regressed; all three, since all are judged. */
  readonly thresholds: Readonly<Record<Metric, number>>;
  /** Whose regression fails the comparison. */
  readonly gates: ReadonlySet<Metric | "findings">;
}

/** A hold is the code's own doing; a wait follows from holds and from load, and sways more. */
export const defaultFailOn = "hold>10%,wait>25%,findings";

const defaults = { hold: 0.1, wait: 0.25, handoff: 0.5 } as const;

/** An expression that can't be read: one sentence. */
export class FailOnError extends Error {
  readonly code = "ERR_HOLDUP_FAIL_ON";

  static {
    this.prototype.name = "FailOnError";
  }
}

/**
 * Reads `hold>10%,wait>25%,findings`: by how much the mean hold, the mean wait, the mean hand-off may grow, and whether a
 * new finding that is an error fails. `none`: nothing fails.
 *
 * @throws FailOnError
 */
export function parseFailOn(expression: string): FailOn {
  const thresholds: Record<Metric, number> = { ...defaults };
  const gates = new Set<Metric | "findings">();
  const terms = expression.split(",").map((term) => term.trim());
  if (terms.length === 1 && terms[0] === "none") return { thresholds, gates };
  for (const term of terms) {
    if (term === "findings") {
      gates.add(term);
      continue;
    }
    const match = /^(hold|wait|handoff)\s*>\s*(\d+(?:\.\d+)?)\s*%$/.exec(term);
    if (match === null) {
      throw new FailOnError(`"${term}" is nothing to fail on; it must be like ${defaultFailOn}, or none`);
    }
    const metric = match[1] as Metric;
    thresholds[metric] = Number(match[2]) / 100;
    gates.add(metric);
  }
  return { thresholds, gates };
}
