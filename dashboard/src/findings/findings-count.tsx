import type { Severity } from "@holdup/protocol";
import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { Icon } from "../icon.tsx";
import { usePlace } from "../location.ts";
import { useHoldup } from "../store.ts";
import { countsOf } from "./finding-order.ts";
import { muteKey } from "./mute.ts";

const shown: readonly Severity[] = ["error", "warning"];

/** How many errors and warnings there are. Announces itself when there are others. */
export function FindingsCount(): ReactNode {
  const findings = useHoldup((state) => state.findings);
  const { muted } = usePlace();
  const counts = countsOf([...findings.values()].filter((finding) => !muted.includes(muteKey(finding))));
  const told = shown.filter((severity) => counts[severity] > 0);
  return (
    <span className="findings-count" role="status" aria-live="polite">
      {told.map((severity) => (
        <span
          key={severity}
          className="severity"
          data-severity={severity}
          title={countOf(counts[severity], severity)}
        >
          <Icon name={severity} />
          {counts[severity]}
          <span className="visually-hidden"> {severity}s</span>
        </span>
      ))}
    </span>
  );
}
