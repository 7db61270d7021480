import type { KeptFinding } from "@holdup/protocol";
import type { ReactNode } from "react";
import { formatAge, formatClock, formatStretch } from "../age.ts";
import { CodeText } from "../code-text.tsx";
import { CopyButton } from "../copy-button.tsx";
import { formatCount } from "../count.ts";
import { Icon } from "../icon.tsx";
import { getPlace, moveTo } from "../location.ts";
import { PlaceLink } from "../place-link.tsx";
import { nameText } from "../primitive-name.tsx";
import { SiteLabel } from "../hot-spots/site-label.tsx";
import type { RecordedRun } from "../recorded/recorded-run.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { useHoldup } from "../store.ts";
import { issueOf, words } from "./issue.ts";
import { muteKey } from "./mute.ts";
import { SeverityMark } from "./severity-mark.tsx";
import { whyOf } from "./why.ts";

interface FindingCardProps {
  readonly finding: KeptFinding;
  /** The viewer's clock on the collector's. */
  readonly now: number;
  readonly muted: boolean;
}

/** One diagnosis: how bad, what is wrong, where, why it matters, what to change. All of it is foreign text. */
export function FindingCard({ finding, now, muted }: FindingCardProps): ReactNode {
  const { severity, kind, service, message, advice, sites, count, firstSeen, lastSeen } = finding;
  const why = whyOf(kind);
  const run = useRecorded();
  return (
    <li className="panel finding" data-severity={severity} data-muted={muted}>
      <header className="finding-head">
        <SeverityMark severity={severity} />
        <h2>{words(kind)}</h2>
        <bdi className="tag" title={service}>
          {service}
        </bdi>
        <span className="spacer" />
        <CopyButton
          text={issueOf(finding, foundIn(run))}
          what="as an issue in Markdown"
          label="Copy as issue"
        />
        <button type="button" className="action" aria-pressed={muted} onClick={() => toggleMute(finding)}>
          <Icon name="mute" />
          {muted ? "Unmute" : "Mute"}
        </button>
      </header>
      <p className="finding-message" dir="auto">
        {message}
      </p>
      <dl className="finding-parts">
        {advice !== "" && (
          <div className="finding-advice">
            <dt>What to change</dt>
            <dd dir="auto">
              <CodeText text={advice} />
            </dd>
          </div>
        )}
        {why !== undefined && (
          <div>
            <dt>Why it matters</dt>
            <dd>{why}</dd>
          </div>
        )}
        {sites.length > 0 && (
          <div>
            <dt>Where</dt>
            <dd>
              <ol className="finding-sites">
                {sites.map((site, index) => (
                  // The same place may be named twice, and their order is the sentence's.
                  <li key={index}>
                    <SiteLabel site={site} tabIndex={0} />
                  </li>
                ))}
              </ol>
            </dd>
          </div>
        )}
        <div>
          <dt>Seen</dt>
          <dd>
            {count === 1 ? "once" : `${formatCount(count)} times`}, first at {formatClock(firstSeen)}, last{" "}
            {run !== undefined
              ? `${formatStretch(now - lastSeen)} before the end`
              : formatAge(now - lastSeen)}
          </dd>
        </div>
        <Concerned finding={finding} />
      </dl>
    </li>
  );
}

// Where a report lies on this computer leads nobody else to it.
function foundIn(run: RecordedRun | undefined): string {
  if (run === undefined) return window.location.href;
  return `in the recording of ${run.name}, ${new Date(run.startedAt).toISOString()}`;
}

/** The primitives that it is about, to look at. */
function Concerned({ finding: { service, primitives } }: { readonly finding: KeptFinding }): ReactNode {
  const rows = useHoldup((state) => state.rows);
  if (primitives.length === 0) return null;
  return (
    <div>
      <dt>About</dt>
      <dd className="finding-primitives">
        {primitives.map((name) => {
          const row = [...rows].find(([, spot]) => spot.service === service && spot.primitive.name === name);
          if (row === undefined) return <bdi key={name}>{nameText(name)}</bdi>;
          return (
            <PlaceLink key={name} to={{ view: "primitive", selected: row[0] }}>
              <bdi>{nameText(name)}</bdi>
            </PlaceLink>
          );
        })}
      </dd>
    </div>
  );
}

function toggleMute(finding: KeptFinding): void {
  const key = muteKey(finding);
  const { muted } = getPlace();
  moveTo({ muted: muted.includes(key) ? muted.filter((other) => other !== key) : [...muted, key] });
}
