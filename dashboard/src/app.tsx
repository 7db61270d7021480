import type { ReactNode } from "react";
import { Findings } from "./findings/findings.tsx";
import { DisconnectedBanner } from "./shell/disconnected-banner.tsx";
import { EmptyState } from "./shell/empty-state.tsx";
import { LoadingState } from "./shell/loading-state.tsx";
import { StatusBar } from "./shell/status-bar.tsx";
import { TopBar } from "./shell/top-bar.tsx";
import { useHoldup } from "./store.ts";
import { views } from "./views.ts";

/** The frame around the view, and what stands in its place while there is nothing to view. */
export function App(): ReactNode {
  const [{ name, Page }] = views;
  const loading = useHoldup((state) => state.sync === "none");
  const empty = useHoldup((state) => state.rows.size === 0);
  const found = useHoldup((state) => state.findings.size > 0);
  return (
    <>
      <TopBar />
      <DisconnectedBanner />
      <main className="view" aria-label={name}>
        <h1 className="visually-hidden">{name}</h1>
        {loading ? <LoadingState /> : empty ? <EmptyState /> : <Page />}
        {(found || !(loading || empty)) && <Findings />}
      </main>
      <StatusBar />
    </>
  );
}
