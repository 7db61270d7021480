import { findingKey } from "@holdup/protocol";
import { useMemo, type ReactNode } from "react";
import { countOf } from "../count.ts";
import { useNow } from "../now.ts";
import { clockOffset } from "../state.ts";
import { useHoldup } from "../store.ts";
import { FindingItem } from "./finding-item.tsx";
import { ordered } from "./finding-order.ts";

/** More than anyone reads at once; the others are in the collector's answer. */
const maxShown = 50;

/** What programs found wrong with themselves, the worst first. */
export function Findings(): ReactNode {
  const findings = useHoldup((state) => state.findings);
  const offset = useHoldup(clockOffset);
  const now = useNow();
  const all = useMemo(() => ordered(findings), [findings]);
  const left = all.length - maxShown;
  return (
    <section className="panel findings" id="findings" aria-label="Findings">
      <h2>Findings</h2>
      {all.length === 0 && <p className="nothing">Nothing found wrong so far.</p>}
      <ul>
        {all.slice(0, maxShown).map((finding) => (
          <FindingItem key={findingKey(finding)} finding={finding} ageMs={now + offset - finding.lastSeen} />
        ))}
      </ul>
      {left > 0 && (
        <p className="nothing">
          {countOf(left, "more finding")}, all of them at <a href="/api/findings?limit=1000">/api/findings</a>
          .
        </p>
      )}
    </section>
  );
}
