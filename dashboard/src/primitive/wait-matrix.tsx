import type { MatrixEntry, Site } from "@holdup/protocol";
import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { siteText } from "../sentence.ts";
import { costliestPairs } from "./pairs.ts";
import { ShareBar } from "../hot-spots/share-bar.tsx";
import { SiteLabel } from "../hot-spots/site-label.tsx";

const maxPairs = 12;

/** Which line waited because of which, the costliest pairs first. */
export function WaitMatrix({ matrix }: { readonly matrix: readonly MatrixEntry[] }): ReactNode {
  const { pairs, rest } = costliestPairs(matrix, maxPairs);
  return (
    <section className="panel matrix" aria-label="Who waits for whom">
      <h2>Who waits for whom</h2>
      {pairs.length === 0 ? (
        <p className="nothing">Nobody waited.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Waited for at</th>
              <th scope="col">Held at</th>
              <th scope="col" className="matrix-blame">
                Waiting caused
              </th>
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ waiterSite, holderSite, blameSeconds, share }) => (
              <tr key={`${keyOf(waiterSite)} ${keyOf(holderSite)}`}>
                <td>
                  <Place site={waiterSite} none="not known" />
                </td>
                <td>
                  <Place site={holderSite} none="nobody" />
                </td>
                <td>
                  <ShareBar blameSeconds={blameSeconds} share={share} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rest.count > 0 && (
        <p className="nothing">
          {countOf(rest.count, "more pair")}, together {formatDuration(rest.blameSeconds)}
        </p>
      )}
    </section>
  );
}

interface PlaceProps {
  readonly site: Site | null;
  /** What to say where there is none. */
  readonly none: string;
}

function Place({ site, none }: PlaceProps): ReactNode {
  if (site === null) return <span className="nobody">{none}</span>;
  return <SiteLabel site={site} tabIndex={0} />;
}

function keyOf(site: Site | null): string {
  return site === null ? "" : JSON.stringify([siteText(site), site.functionName]);
}
