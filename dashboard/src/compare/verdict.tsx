import type { PrimitiveComparison } from "@holdup/recording";
import type { ReactNode } from "react";

type AnyVerdict = PrimitiveComparison["verdict"];

/** A verdict in a sentence. */
export const verdictWords: Readonly<Record<AnyVerdict, string>> = {
  regressed: "Regressed",
  improved: "Improved",
  unchanged: "Unchanged",
  unsure: "Unsure: the difference is too large to be nothing, and too uncertain to be something",
  new: "New",
  gone: "Gone",
};

const marks: Readonly<Record<AnyVerdict, string>> = {
  regressed: "▲",
  improved: "▼",
  unchanged: "=",
  unsure: "?",
  new: "+",
  gone: "−",
};

/** A verdict as a sign and a word: never by its colour alone. */
export function VerdictMark({ verdict }: { readonly verdict: AnyVerdict }): ReactNode {
  return (
    <span className="compare-mark" data-verdict={verdict}>
      <span aria-hidden="true">{marks[verdict]}</span> {verdict}
    </span>
  );
}
