import type { Severity } from "@holdup/protocol";
import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { Icon } from "../icon.tsx";
import { useHoldup } from "../store.ts";
import { countsOf } from "./finding-order.ts";

const shown: readonly Severity[] = ["error", "warning"];

/** How many errors and warnings there are, to jump to. Announces itself when there are others. */
export function FindingsBadge(): ReactNode {
  const findings = useHoldup((state) => state.findings);
  const counts = countsOf(findings);
  const told = shown.filter((severity) => counts[severity] > 0);
  return (
    <span className="findings-badge" role="status" aria-live="polite">
      {told.length > 0 && (
        <a href="#findings">
          {told.map((severity) => (
            <span key={severity} className="severity" data-severity={severity}>
              <Icon name={severity} />
              {countOf(counts[severity], severity)}
            </span>
          ))}
        </a>
      )}
    </span>
  );
}
