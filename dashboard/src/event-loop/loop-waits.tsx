import type { LoopWait } from "@holdup/protocol";
import type { ReactNode } from "react";
import { formatDuration } from "../duration.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { formatShare } from "../share.ts";
import { contentionOf, mostContendedFirst } from "./loop-lines.ts";

/** For each primitive, how much of its waiting the loop did, and how much those who held. */
export function LoopWaits({ waits }: { readonly waits: readonly LoopWait[] }): ReactNode {
  return (
    <section className="panel loop-panel loop-waits" aria-labelledby="loop-waits-title">
      <h3 id="loop-waits-title">Waiting by primitive</h3>
      {waits.length === 0 ? (
        <p className="nothing">Nobody waited in this time.</p>
      ) : (
        // The only way to scroll it with a keyboard is to stand on it.
        <div className="loop-scroller" tabIndex={0} role="region" aria-labelledby="loop-waits-title">
          <table>
            <thead>
              <tr>
                <th scope="col">Primitive</th>
                <th scope="col">Contention</th>
                <th scope="col">Loop stood still</th>
                <th scope="col">Hand-off</th>
                <th scope="col">The loop's share</th>
              </tr>
            </thead>
            <tbody>
              {mostContendedFirst(waits).map((wait) => (
                <tr key={`${wait.primitive.type} ${wait.primitive.name}`}>
                  <th scope="row">
                    <PrimitiveName name={wait.primitive.name} />
                  </th>
                  <td>{formatDuration(contentionOf(wait))}</td>
                  <td>{formatDuration(wait.stalledWaitSeconds)}</td>
                  <td>{formatDuration(wait.handoffSeconds)}</td>
                  <td>{formatShare(loopShare(wait))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function loopShare(wait: LoopWait): number {
  const loops = wait.stalledWaitSeconds + wait.handoffSeconds;
  const all = loops + contentionOf(wait);
  return all === 0 ? 0 : loops / all;
}
