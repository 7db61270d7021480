import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { SocketSource } from "./connection.ts";
import { followPlace } from "./follow-place.ts";
import { getPlace } from "./location.ts";
import { markPage } from "./page-marks.ts";
import { ErrorBoundary } from "./shell/error-boundary.tsx";
import { Store, StoreProvider } from "./store.ts";
import { applyTheme } from "./theme.ts";

applyTheme();

const store = new Store(new SocketSource(getPlace().service));
markPage(store);
followPlace(store);
store.start();

const root = document.querySelector("#root");
if (root === null) throw new Error("The page has no #root.");
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary what="The page">
      <StoreProvider value={store}>
        <App />
      </StoreProvider>
    </ErrorBoundary>
  </StrictMode>,
);
