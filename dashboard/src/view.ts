import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import type { IconName } from "./icon.tsx";

/**
 * One page of the dashboard, loaded when it is first shown.
 *
 * A new view is a folder beside `hot-spots/` and a line in `views.ts`:
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

/** A view of what tells it. */
export function view(parts: Omit<View, "Page">): View {
  return { ...parts, Page: lazy(async () => ({ default: (await parts.load()).Page })) };
}
