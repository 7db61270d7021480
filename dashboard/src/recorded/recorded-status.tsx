import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { lossesOf, lossWords } from "./run-losses.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** The status bar of a report: what was recorded, and what had to be left out. */
export function RecordedStatus({ run }: { readonly run: RecordedRun }): ReactNode {
  const { threads, missing } = run;
  const versions = [...new Set(threads.map(({ node }) => node))];
  const losses = lossWords(lossesOf(threads));
  return (
    <footer className="status-bar">
      <span>a recording, complete in this file</span>
      <span>{countOf(threads.length, "thread")} recorded</span>
      <span data-alarm={missing.length > 0}>
        {missing.length === 0 ? "none missing" : `${countOf(missing.length, "part")} missing`}
      </span>
      <span>{losses === "" ? "nothing left out" : `left out: ${losses}; totals are exact`}</span>
      <span className="spacer" />
      <span>Node {versions.join(", ")}</span>
    </footer>
  );
}
