/** The page of a report: the dashboard's, with a recording in place of a collector. */

// First: what a view adds comes after it.
import "../styles/page.css";
import { reportElement } from "@holdup/recording";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "../app.tsx";
import { followPlace } from "../follow-place.ts";
import { markPage } from "../page-marks.ts";
import { ErrorBoundary } from "../shell/error-boundary.tsx";
import { Store, StoreProvider } from "../store.ts";
import { applyTheme } from "../theme.ts";
import { FileSource } from "./file-source.ts";
import { readReport } from "./read-report.ts";

applyTheme();

const root = document.querySelector("#root");
if (root === null) throw new Error("The page has no #root.");
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary what="The report">{page()}</ErrorBoundary>
  </StrictMode>,
);

function page(): ReactNode {
  const text = document.querySelector(`#${reportElement}`)?.textContent;
  if (typeof text !== "string") return <NoRecording why="There is no recording in this page." />;
  try {
    const store = new Store(new FileSource(readReport(text)));
    markPage(store);
    followPlace(store);
    store.start();
    return (
      <StoreProvider value={store}>
        <App />
      </StoreProvider>
    );
  } catch (error) {
    return <NoRecording why={(error as Error).message} />;
  }
}

function NoRecording({ why }: { readonly why: string }): ReactNode {
  return (
    <main className="empty">
      <h1>No recording</h1>
      <p role="alert">{why}</p>
      <p>
        <code>holdup record -- node app.js</code> writes a report with one.
      </p>
    </main>
  );
}
