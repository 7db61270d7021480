import { Chart, type ChartConfiguration, type ChartType, type DefaultDataPoint } from "chart.js";
import { useEffect, useRef, type RefObject } from "react";
import { readInk, type Ink } from "../charts/ink.ts";
import { charts } from "../charts/use-chart.ts";
import { useEffectiveTheme } from "../theme.ts";

/**
 * Draws a chart of data that comes with an answer on the canvas that takes the returned ref. `make` is called once for each theme,
 * `fill` whenever the data is another: it changes the chart in place.
 */
export function useDataChart<Type extends ChartType, Data, Point = DefaultDataPoint<Type>>(
  name: string,
  data: Data,
  make: (ink: Ink) => ChartConfiguration<Type, Point>,
  fill: (chart: Chart<Type, Point>, data: Data) => void,
): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<Chart<Type, Point>>(null);
  const theme = useEffectiveTheme();

  useEffect(() => {
    if (canvas.current === null) return undefined;
    const chart = new Chart<Type, Point>(canvas.current, make(readInk()));
    drawn.current = chart;
    charts.set(name, chart as never);
    return () => {
      charts.delete(name);
      drawn.current = null;
      chart.destroy();
    };
    // The functions are a module's and the same all the time.
  }, [name, theme]);

  useEffect(() => {
    if (drawn.current === null) return;
    fill(drawn.current, data);
    drawn.current.update("none");
  }, [name, theme, data]);

  return canvas;
}
