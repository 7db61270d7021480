import type { Store } from "./store.ts";

/**
 * Marks the body with the connection's phase (`data-connection`) and with `data-ready` from the first
 * snapshot on: what styles and tests wait for.
 */
export function markPage(store: Store): void {
  const mark = () => {
    const { connection, sync } = store.getLive();
    document.body.dataset["connection"] = connection.phase;
    if (sync !== "none") document.body.dataset["ready"] = "";
  };
  mark();
  store.subscribe(mark);
}
