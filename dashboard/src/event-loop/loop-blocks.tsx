import { findingKey, type KeptFinding } from "@holdup/protocol";
import type { ReactNode } from "react";
import { formatClock } from "../age.ts";
import { countOf } from "../count.ts";
import { SiteLabel } from "../hot-spots/site-label.tsx";

/** What blocked the loop, place by place, with the stacks that were seen. */
export function LoopBlocks({ blocks }: { readonly blocks: readonly KeptFinding[] }): ReactNode {
  return (
    <section className="panel loop-panel" aria-labelledby="loop-blocks-title">
      <h3 id="loop-blocks-title">What blocked the event loop</h3>
      {blocks.length === 0 ? (
        <p className="nothing">
          No block was long enough: those of 500 ms and more are looked at, unless HOLDUP_BLOCKED_LOOP_MS says
          otherwise.
        </p>
      ) : (
        <ol className="loop-blocks">
          {blocks.map((block) => (
            <li key={findingKey(block)}>
              <p>
                {block.message}
                <span className="loop-when">
                  {countOf(block.count, "time")}, last at {formatClock(block.lastSeen)}
                </span>
              </p>
              <ol className="loop-stack">
                {block.sites.map((site, index) => (
                  // A function that calls itself stands there more than once.
                  <li key={index}>
                    <SiteLabel site={site} tabIndex={0} />
                  </li>
                ))}
              </ol>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
