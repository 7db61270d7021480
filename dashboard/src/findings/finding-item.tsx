import type { KeptFinding } from "@holdup/protocol";
import type { ReactNode } from "react";
import { formatAge } from "../age.ts";
import { formatCount } from "../count.ts";
import { SiteLabel } from "../hot-spots/site-label.tsx";
import { SeverityMark } from "./severity-mark.tsx";

interface FindingItemProps {
  readonly finding: KeptFinding;
  /** How long ago it was last seen, in milliseconds. */
  readonly ageMs: number;
}

/** One diagnosis: how bad, what is wrong, what to do, where, how often. All of it is foreign text. */
export function FindingItem({ finding, ageMs }: FindingItemProps): ReactNode {
  const { severity, kind, service, message, advice, sites, count } = finding;
  return (
    <li className="finding">
      <p className="finding-head">
        <SeverityMark severity={severity} />
        {kind.trim() !== "" && (
          <bdi className="tag" title={kind}>
            {kind.replaceAll("-", " ")}
          </bdi>
        )}
        <bdi className="tag" title={service}>
          {service}
        </bdi>
        <span className="spacer" />
        <span className="finding-times">
          {count === 1 ? "once" : `${formatCount(count)} times`} · last seen {formatAge(ageMs)}
        </span>
      </p>
      <p className="finding-message" dir="auto">
        {message}
      </p>
      {advice !== "" && (
        <p className="finding-advice" dir="auto">
          {advice}
        </p>
      )}
      {sites.length > 0 && (
        <ul className="finding-sites" aria-label="Where">
          {sites.map((site, index) => (
            // The same place may be named twice, and their order is the sentence's.
            <li key={index}>
              <SiteLabel site={site} tabIndex={0} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
