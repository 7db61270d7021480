import { findingKey } from "@holdup/protocol";
import { useMemo, type ReactNode } from "react";
import { countOf } from "../count.ts";
import { FindField } from "../find-field.tsx";
import { matcher } from "../find.ts";
import { moveTo, useOwn, usePlace } from "../location.ts";
import { useNow } from "../now.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { siteText } from "../sentence.ts";
import { clockOffset } from "../state.ts";
import { useHoldup } from "../store.ts";
import { FindingCard } from "./finding-card.tsx";
import { ordered } from "./finding-order.ts";
import { muteKey } from "./mute.ts";
import "../styles/findings.css";

/** More than anyone reads at once; what is looked for is looked for in all. */
const maxShown = 50;

/** What programs found wrong with themselves, the worst first. */
export function Findings(): ReactNode {
  const findings = useHoldup((state) => state.findings);
  const offset = useHoldup(clockOffset);
  const now = useNow() + offset;
  const { find, range, muted } = usePlace();
  const [shownMuted, showMuted] = useOwn("all");
  const all = useMemo(() => ordered(findings), [findings]);
  const recorded = useRecorded() !== undefined;
  const matches = matcher(find);
  const found = all.filter(
    ({ service, kind, message, primitives, sites, firstSeen, lastSeen }) =>
      (range === undefined || (firstSeen <= range.to && lastSeen >= range.from)) &&
      matches({
        name: [message, ...primitives].join(" "),
        kind,
        service,
        site: sites.map(siteText).join(" "),
      }),
  );
  const heard = found.filter((finding) => !muted.includes(muteKey(finding)));
  const shown = shownMuted === "" ? heard : found;
  return (
    <div className="findings">
      <div className="view-head">
        <h2>Findings</h2>
        <p className="nothing">{countOf(heard.length, "finding")}</p>
        <span className="spacer" />
        <FindField what="findings" />
        {muted.length > 0 && (
          <>
            <label className="check">
              <input
                type="checkbox"
                checked={shownMuted !== ""}
                onChange={(event) => showMuted(event.target.checked ? "1" : "")}
              />
              show {found.length - heard.length} muted
            </label>
            <button type="button" className="action" onClick={() => moveTo({ muted: [] })}>
              Unmute all
            </button>
          </>
        )}
      </div>
      {shown.length === 0 && (
        <p className="panel findings-none">
          {all.length === 0
            ? `Nothing ${recorded ? "was found wrong in this run" : "found wrong so far"}. Holdup looks for deadlocks, lock orders that can deadlock, lost updates, leaked holds, convoys, slow holds and blocked event loops.`
            : "None of the findings is shown: change what you look for, the time, or what is muted."}
        </p>
      )}
      <ul>
        {shown.slice(0, maxShown).map((finding) => (
          <FindingCard
            key={findingKey(finding)}
            finding={finding}
            now={now}
            muted={muted.includes(muteKey(finding))}
          />
        ))}
      </ul>
      {shown.length > maxShown && (
        <p className="nothing">{countOf(shown.length - maxShown, "more finding")}: look for less.</p>
      )}
    </div>
  );
}
