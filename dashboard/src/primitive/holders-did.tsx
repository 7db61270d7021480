import type { HolderActivities } from "@holdup/protocol";
import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { tellHeld } from "../held-sentence.ts";
import { Sentence } from "../hot-spots/sentence.tsx";
import { SiteLabel } from "../hot-spots/site-label.tsx";

const maxHolders = 8;

/** What each holder did while others waited, in a sentence. */
export function HoldersDid({ activities }: { readonly activities: readonly HolderActivities[] }): ReactNode {
  const told = activities
    .map((held) => ({ held, pieces: tellHeld(held) }))
    .filter(({ pieces }) => pieces.length > 0);
  return (
    <section className="panel holders-did" aria-label="What holders did">
      <h2>What holders did while others waited</h2>
      {told.length === 0 && <p className="nothing">No hold was looked at yet.</p>}
      <ul>
        {told.slice(0, maxHolders).map(({ held, pieces }, index) => (
          // Sites may be equal where they are not known; the order is the answer's.
          <li key={index}>
            {held.holderSite === null ? (
              <span className="nobody">place not known</span>
            ) : (
              <SiteLabel site={held.holderSite} tabIndex={0} />
            )}
            <Sentence pieces={pieces} />
            <p className="nothing">average of {countOf(held.holds, "hold")}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
