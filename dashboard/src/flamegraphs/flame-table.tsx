import { topFrames, type FlameNode } from "@holdup/recording";
import { useMemo, type ReactNode } from "react";
import { countOf } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { ShareBar } from "../hot-spots/share-bar.tsx";
import { SiteLabel } from "../hot-spots/site-label.tsx";
import { matches } from "./flame-graph.tsx";

const maxRows = 200;

interface FlameTableProps {
  readonly tree: FlameNode;
  readonly find: string;
}

/** The functions of a flamegraph, each once: its own time, and that with all that it called. */
export function FlameTable({ tree, find }: FlameTableProps): ReactNode {
  const frames = useMemo(
    () => topFrames(tree).filter((frame) => find === "" || matches(frame, find)),
    [tree, find],
  );
  if (frames.length === 0) return <p className="nothing">No frame matches.</p>;
  const rest = frames.length - maxRows;
  return (
    <div className="flame-table" tabIndex={0} role="region" aria-label="Frames by time">
      <table>
        <thead>
          <tr>
            <th scope="col">Function</th>
            <th scope="col">Where</th>
            <th scope="col" className="number">
              Itself
            </th>
            <th scope="col">With all that it called</th>
          </tr>
        </thead>
        <tbody>
          {frames.slice(0, maxRows).map((frame) => (
            <tr key={`${frame.name} ${frame.file} ${frame.line}`}>
              <td>
                <bdi>{frame.name}</bdi>
              </td>
              <td>{frame.file === "" ? null : <Where frame={frame} />}</td>
              <td className="number">{formatDuration(frame.self / 1000)}</td>
              <td>
                <ShareBar
                  blameSeconds={frame.total / 1000}
                  share={tree.total === 0 ? 0 : frame.total / tree.total}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && <p className="nothing">{countOf(rest, "more frame")}; look for one by its name.</p>}
    </div>
  );
}

function Where({ frame }: { readonly frame: Omit<FlameNode, "children"> }): ReactNode {
  const { file, line, name } = frame;
  return <SiteLabel site={{ filePath: file, lineNumber: line, functionName: name }} tabIndex={0} bare />;
}
