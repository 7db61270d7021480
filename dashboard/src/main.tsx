import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { SocketSource } from "./connection.ts";
import { getPlace } from "./location.ts";
import { markPage } from "./page-marks.ts";
import { Store, StoreProvider } from "./store.ts";
import { applyTheme } from "./theme.ts";

applyTheme();

const store = new Store(new SocketSource(getPlace().service));
markPage(store);
store.start();

const root = document.querySelector("#root");
if (root === null) throw new Error("The page has no #root.");
createRoot(root).render(
  <StrictMode>
    <StoreProvider value={store}>
      <App />
    </StoreProvider>
  </StrictMode>,
);
