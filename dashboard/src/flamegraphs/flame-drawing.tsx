import type { FlameNode } from "@holdup/recording";
import { useMemo, useState, type ReactNode } from "react";
import { useOwn, usePlace } from "../location.ts";
import "../styles/flamegraphs.css";
import { FlameGraph } from "./flame-graph.tsx";
import { FlameTable } from "./flame-table.tsx";
import { plainLook, type FrameLook } from "./frame-text.ts";
import { follow, readPath, writePath, type TreePath } from "./tree-path.ts";

/** The forms that it has. */
export const drawingStyles = ["flame", "icicle", "table"] as const;

interface FlameDrawingProps {
  readonly tree: FlameNode;
  readonly style: (typeof drawingStyles)[number];
  readonly label: string;
  readonly look?: FrameLook | undefined;
}

/** A tree as a flamegraph with what it says in words, and as a table. What is zoomed into is in the address. */
export function FlameDrawing({ tree, style, label, look = plainLook }: FlameDrawingProps): ReactNode {
  const { find } = usePlace();
  const [zoomText, setZoom] = useOwn("zoom");
  const zoom = useMemo(() => readPath(zoomText), [zoomText]);
  const [focus, setFocus] = useState<TreePath>();
  if (tree.total === 0) return <p className="nothing">Nobody waited in this time.</p>;
  if (style === "table") return <FlameTable tree={tree} find={find} />;
  const told = follow(tree, focus ?? zoom).at(-1) ?? tree;
  return (
    <>
      <div className="flame-told">
        <p aria-live="polite">{look.describe(told, tree.total)}</p>
        {told === tree && <span className="nothing">point at a frame to read it, click to zoom into it</span>}
        {zoom.length > 0 && (
          <button type="button" className="action" onClick={() => setZoom("")}>
            Zoom out
          </button>
        )}
      </div>
      <FlameGraph
        tree={tree}
        label={label}
        look={look}
        icicle={style === "icicle"}
        find={find}
        zoom={zoom}
        focus={focus}
        onZoom={(path) => setZoom(writePath(path))}
        onFocus={setFocus}
      />
      <details className="flame-twin">
        <summary>The same as a table</summary>
        <FlameTable tree={tree} find={find} />
      </details>
    </>
  );
}
