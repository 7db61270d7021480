import { isReport, type Place } from "./location.ts";
import { recordingView } from "./recorded/recording-view.ts";
import { view, type View } from "./view.ts";

/** Those of the dashboard. */
const known: readonly [View, ...View[]] = [
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

/** The home page comes first. A report tells of its recording where the others have their setup. */
export const views: readonly [View, ...View[]] = isReport
  ? (known.map((one) => (one.key === "setup" ? recordingView : one)) as [View, ...View[]])
  : known;

/** Where a link to a view leads: home to its top primitive, another view to the selected one. */
export function placeOf({ path }: View): Partial<Place> {
  return path === "" ? { view: path, selected: undefined, own: {} } : { view: path };
}

/** The view with that path; the home page if there is none. */
export function viewOf(path: string): View {
  return views.find((one) => one.path === path) ?? views[0];
}
