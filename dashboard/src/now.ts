import { useSyncExternalStore } from "react";

/** The viewer's clock in whole seconds, as Unix ms; renders again every second. */
export function useNow(): number {
  return useSyncExternalStore(everySecond, () => Math.floor(Date.now() / 1000) * 1000);
}

function everySecond(listener: () => void): () => void {
  const timer = window.setInterval(listener, 1000);
  return () => window.clearInterval(timer);
}
