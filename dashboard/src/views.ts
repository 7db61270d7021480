import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import type { IconName } from "./icon.tsx";
import type { Place } from "./location.ts";

/**
 * One page of the dashboard, loaded when it is first shown.
 *
 * A new view is a folder beside `hot-spots/` and a line in `views` below:
 * - Its component takes no properties. What it shows comes from `useHoldup` (the live state) and `useAnswer` (questions to
 *   the `DataSource`; a new question is a line in `data-source.ts` and `api-path.ts`). It never calls `fetch`: the same view
 *   shows a recorded file.
 * - What is chosen in it lives in the address: `usePlace`, `goTo` (the back button leads here), `moveTo`, and `useOwn` for
 *   parameters of its own. `useSpan` says which stretch of time to show, `useNow` what time it is: both know of pauses.
 * - Every chart has a twin in words: `ChartFrame` takes a chart and a table.
 * - Its styles are a file in `styles/`, imported by the component: they load with it. No inline styles in markup.
 */
export interface View {
  readonly key: string;
  /** The path in the address; empty for the home page. */
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  /** The keys that lead here after `g`, each one letter; the first is the one that is told. */
  readonly shortcut: string;
  /** Whether there is something to show while nothing is known of any primitive. */
  readonly worksEmpty?: true;
  /** Loads it, once; what asks again gets the same. */
  readonly load: () => Promise<{ readonly Page: ComponentType }>;
  readonly Page: LazyExoticComponent<ComponentType>;
}

function view(parts: Omit<View, "Page">): View {
  return { ...parts, Page: lazy(async () => ({ default: (await parts.load()).Page })) };
}

/** The home page comes first. */
export const views: readonly [View, ...View[]] = [
  view({
    key: "hot-spots",
    path: "",
    title: "Hot spots",
    icon: "flame",
    shortcut: "h",
    load: async () => ({ Page: (await import("./hot-spots/hot-spots.tsx")).HotSpots }),
  }),
  view({
    key: "primitive",
    path: "primitive",
    title: "Primitive",
    icon: "lock",
    shortcut: "p",
    load: async () => ({ Page: (await import("./primitive/primitive.tsx")).Primitive }),
  }),
  view({
    key: "wait-graph",
    path: "wait-graph",
    title: "Wait-for",
    icon: "graph",
    shortcut: "w",
    load: async () => ({ Page: (await import("./wait-graph/wait-graph.tsx")).WaitGraph }),
  }),
  view({
    key: "timeline",
    path: "timeline",
    title: "Timeline",
    icon: "timeline",
    shortcut: "lt",
    load: async () => ({ Page: (await import("./timeline/timeline.tsx")).Timeline }),
  }),
  view({
    key: "event-loop",
    path: "event-loop",
    title: "Event loop",
    icon: "pulse",
    shortcut: "e",
    worksEmpty: true,
    load: async () => ({ Page: (await import("./event-loop/event-loop.tsx")).EventLoop }),
  }),
  view({
    key: "findings",
    path: "findings",
    title: "Findings",
    icon: "bug",
    shortcut: "i",
    worksEmpty: true,
    load: async () => ({ Page: (await import("./findings/findings.tsx")).Findings }),
  }),
  view({
    key: "flamegraphs",
    path: "flamegraphs",
    title: "Flamegraphs",
    icon: "flamegraph",
    shortcut: "f",
    worksEmpty: true,
    load: async () => ({ Page: (await import("./flamegraphs/flamegraphs.tsx")).Flamegraphs }),
  }),
  view({
    key: "compare",
    path: "compare",
    title: "Compare",
    icon: "table",
    shortcut: "c",
    worksEmpty: true,
    load: async () => ({ Page: (await import("./compare/compare.tsx")).Compare }),
  }),
  view({
    key: "setup",
    path: "setup",
    title: "Setup",
    icon: "plug",
    shortcut: "s",
    worksEmpty: true,
    load: async () => ({ Page: (await import("./setup/setup.tsx")).Setup }),
  }),
];

/** Where a link to a view leads: home to its top primitive, another view to the selected one. */
export function placeOf({ path }: View): Partial<Place> {
  return path === "" ? { view: path, selected: undefined, own: {} } : { view: path };
}

/** The view with that path; the home page if there is none. */
export function viewOf(path: string): View {
  return views.find((known) => known.path === path) ?? views[0];
}
