import { Suspense, useCallback, useEffect, useState, type ReactNode } from "react";
import { usePlace } from "./location.ts";
import { RecordedNotes } from "./recorded/recorded-notes.tsx";
import { useRecorded } from "./recorded/use-recorded.ts";
import { DisconnectedBanner } from "./shell/disconnected-banner.tsx";
import { EmptyState } from "./shell/empty-state.tsx";
import { ErrorBoundary } from "./shell/error-boundary.tsx";
import { KeyList } from "./shell/key-list.tsx";
import { LoadingState } from "./shell/loading-state.tsx";
import { Rail } from "./shell/rail.tsx";
import { StatusBar } from "./shell/status-bar.tsx";
import { TimeBrush } from "./shell/time-brush.tsx";
import { TopBar } from "./shell/top-bar.tsx";
import { useCommands } from "./shell/use-commands.ts";
import { useHoldup } from "./store.ts";
import type { View } from "./view.ts";
import { viewOf } from "./views.ts";

/** The frame around the view, and what stands in its place while there is nothing to view. */
export function App(): ReactNode {
  const view = viewOf(usePlace().view);
  const run = useRecorded();
  const [listsKeys, setListsKeys] = useState(false);
  const toggleKeys = useCallback(() => setListsKeys((before) => !before), []);
  useCommands(toggleKeys);
  useEffect(() => {
    const parts = [...(view.path === "" ? [] : [view.title]), ...(run === undefined ? [] : [run.name])];
    document.title = [...parts, "Holdup"].join(" · ");
  }, [view, run]);
  useEffect(() => {
    // While the first data is on its way, or nobody has sent any. What fails now is tried again when it is shown.
    view.load().catch(() => {});
  }, [view]);
  const known = useHoldup((state) => state.session.length > 0);
  return (
    <>
      <TopBar />
      <DisconnectedBanner />
      <RecordedNotes />
      <div className="frame">
        <Rail onHelp={toggleKeys} />
        <main aria-label={view.title}>
          <h1 className="visually-hidden">{view.title}</h1>
          {known && <TimeBrush />}
          <div className="view">
            <ErrorBoundary key={view.key} what={view.title}>
              <Shown view={view} />
            </ErrorBoundary>
          </div>
        </main>
      </div>
      <StatusBar />
      {listsKeys && <KeyList onClose={() => setListsKeys(false)} />}
    </>
  );
}

function Shown({ view: { Page, worksEmpty } }: { readonly view: View }): ReactNode {
  const loading = useHoldup((state) => state.sync === "none");
  const empty = useHoldup((state) => state.rows.size === 0);
  if (worksEmpty !== true && loading) return <LoadingState />;
  if (worksEmpty !== true && empty) return <EmptyState />;
  return (
    <Suspense fallback={<LoadingState />}>
      <Page />
    </Suspense>
  );
}
