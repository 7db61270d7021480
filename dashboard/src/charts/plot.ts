import type { ChartConfiguration } from "chart.js";
import type { State } from "../state.ts";
import type { Dot, LineChart } from "./chart.ts";

/** What a chart shows and how it follows the state, without a canvas or a page. */
export interface Plot {
  readonly configuration: ChartConfiguration<"line", Dot[]>;
  /**
   * Moves the chart's data to a state, shown until `end`. Returns the chart in one sentence for those who don't see it, or
   * nothing when the state changed nothing here.
   */
  follow(chart: LineChart, state: State, end: number): string | undefined;
}
