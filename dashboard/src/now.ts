import { useSyncExternalStore } from "react";
import { useStore } from "./store.ts";

/** The viewer's clock in whole seconds, as Unix ms, as the page shows it: it stands still while the page is paused. */
export function useNow(): number {
  const { now } = useStore();
  return useSyncExternalStore(everySecond, () => toSeconds(now()));
}

/** The viewer's clock, paused or not. */
export function useWallClock(): number {
  return useSyncExternalStore(everySecond, () => toSeconds(Date.now()));
}

function toSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

function everySecond(listener: () => void): () => void {
  const timer = window.setInterval(listener, 1000);
  return () => window.clearInterval(timer);
}
