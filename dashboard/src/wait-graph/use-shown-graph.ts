import type { WaitGraphItem } from "@holdup/protocol";
import { useMemo, useRef } from "react";
import { waitGraph } from "./graph.ts";
import { isSameShape, shownGraph, withPlaces, type ShownGraph } from "./shown-graph.ts";

/**
 * What to draw of an answer. Nodes stay where they are while the same ones are there; while it is held still, what
 * came or went is not drawn, only ages are.
 */
export function useShownGraph(items: readonly WaitGraphItem[], all: boolean, still: boolean): ShownGraph {
  const next = useMemo(() => shownGraph(waitGraph(items), all), [items, all]);
  const drawn = useRef<{ readonly shown: ShownGraph; readonly all: boolean } | undefined>(undefined);
  const shown = follow(drawn.current, next, all, still);
  drawn.current = { shown, all };
  return shown;
}

function follow(
  drawn: { readonly shown: ShownGraph; readonly all: boolean } | undefined,
  next: ShownGraph,
  all: boolean,
  still: boolean,
): ShownGraph {
  if (drawn === undefined || drawn.shown === next) return next;
  if (isSameShape(drawn.shown, next)) return withPlaces(drawn.shown, next);
  // One who asks for another part wants to see it at once; and from nothing to something nobody holds still.
  return still && drawn.all === all && drawn.shown.graph.nodes.size > 0 ? drawn.shown : next;
}
