import { Chart } from "chart.js";
import { useEffect, useRef, type RefObject } from "react";
import { getPlace, subscribeToPlace } from "../location.ts";
import { shownUntil } from "../shown-time.ts";
import { useStore } from "../store.ts";
import { useEffectiveTheme } from "../theme.ts";
import { readInk, type Ink } from "./ink.ts";
import { showFrom, type LineChart } from "./chart.ts";
import type { Plot } from "./plot.ts";

/** The charts on the page by name, for tests: they assert data, not pixels. */
export const charts = new Map<string, LineChart>();

declare global {
  interface Window {
    __holdupCharts: typeof charts;
  }
}
window.__holdupCharts = charts;

/**
 * Draws a plot on the canvas that takes the returned ref. The chart follows the store by itself: four
 * times a second through React would render for nothing. A new `plotWith` or theme makes a new chart.
 */
export function useChart(name: string, plotWith: (ink: Ink) => Plot): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const store = useStore();
  const theme = useEffectiveTheme();

  useEffect(() => {
    if (canvas.current === null) return undefined;
    const plot = plotWith(readInk());
    const chart = new Chart(canvas.current, plot.configuration);
    charts.set(name, chart);

    let drawnFrom: number | undefined;
    const follow = () => {
      const state = store.getState();
      const { range } = getPlace();
      const summary = plot.follow(chart, state, range?.to ?? shownUntil(state, store.now()));
      if (summary === undefined && drawnFrom === range?.from) return;
      drawnFrom = range?.from;
      if (range !== undefined) showFrom(chart, range.from, range.to);
      if (summary !== undefined) chart.canvas.ariaLabel = summary;
      chart.update("none");
    };
    follow();
    const stops = [store.subscribe(follow), subscribeToPlace(follow)];
    // Time goes on, whether anyone tells anything or not.
    const timer = window.setInterval(follow, 1000);
    return () => {
      for (const stop of stops) stop();
      window.clearInterval(timer);
      charts.delete(name);
      chart.destroy();
    };
  }, [name, plotWith, store, theme]);

  return canvas;
}
