/** `unsure`: the difference is too large to be nothing, and too uncertain to be something. */
export type Verdict = "regressed" | "improved" | "unchanged" | "unsure";
