import { Chart } from "chart.js";
import { useEffect, useRef, type RefObject } from "react";
import { getPlace, subscribeToPlace } from "../location.ts";
import { everySecond } from "../now.ts";
import { shownUntil } from "../shown-time.ts";
import type { State } from "../state.ts";
import { useStore, type Store } from "../store.ts";
import { useEffectiveTheme } from "../theme.ts";
import { readInk, type Ink } from "./ink.ts";
import { showFrom, type LineChart } from "./chart.ts";
import type { Plot } from "./plot.ts";
import { Turns } from "./turns.ts";

/** The charts on the page by name, for tests: they assert data, not pixels. */
export const charts = new Map<string, LineChart>();

declare global {
  interface Window {
    __holdupCharts: typeof charts;
  }
}
window.__holdupCharts = charts;

/** Between two turns there are frames in which what React made is laid out, in milliseconds. */
const restMs = 30;
const turns = new Turns((run) => window.setTimeout(() => requestAnimationFrame(run), restMs));

/**
 * Draws a plot on the canvas that takes the returned ref. The chart follows the store by itself, past React, and
 * once a second: ten minutes have hardly more pixels than seconds. A new `plotWith` or theme makes a new chart.
 */
export function useChart(name: string, plotWith: (ink: Ink) => Plot): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const store = useStore();
  const theme = useEffectiveTheme();

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    let stop = (): void => {};
    // After what React made: a chart takes longer than a table, and there are others.
    const begin = (): void => {
      stop = drawn(name, element, plotWith(readInk()), store);
    };
    turns.ask(begin);
    return () => {
      turns.giveUp(begin);
      stop();
    };
  }, [name, plotWith, store, theme]);

  return canvas;
}

/** Draws a plot, and what comes after. Returns what ends it. */
function drawn(name: string, canvas: HTMLCanvasElement, plot: Plot, store: Store): () => void {
  const chart = new Chart(canvas, plot.configuration);
  charts.set(name, chart);
  const endOf = (state: State) => getPlace().range?.to ?? shownUntil(state, store.now());
  let drawnFrom: number | undefined;
  let drawnUntil: number | undefined;
  const follow = () => {
    const state = store.getState();
    const { range } = getPlace();
    drawnUntil = endOf(state);
    const summary = plot.follow(chart, state, drawnUntil);
    if (summary === undefined && drawnFrom === range?.from) return;
    drawnFrom = range?.from;
    if (range !== undefined) showFrom(chart, range.from, range.to);
    if (summary !== undefined) chart.canvas.ariaLabel = summary;
    chart.update("none");
  };
  follow();
  const follows = () => turns.ask(follow);
  const followsTime = () => {
    if (endOf(store.getState()) !== drawnUntil) follows();
  };
  // Time goes on, whether anyone tells anything or not; and what came of a second that is drawn is drawn with the next.
  const stops = [store.subscribe(followsTime), subscribeToPlace(follows), everySecond(follows)];
  return () => {
    for (const stop of stops) stop();
    turns.giveUp(follow);
    charts.delete(name);
    chart.destroy();
  };
}
