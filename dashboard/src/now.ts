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

// One timer for all: a page with thirty of them would draw a little of itself all the time.
const listeners = new Set<() => void>();
let timer: number | undefined;

/** Calls the listener when a second is over. Returns what stops it. */
export function everySecond(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setTimeout(tick, untilNextSecond());
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearTimeout(timer);
    timer = undefined;
  };
}

function tick(): void {
  timer = window.setTimeout(tick, untilNextSecond());
  for (const listener of listeners) listener();
}

function untilNextSecond(): number {
  return 1000 - (Date.now() % 1000);
}
