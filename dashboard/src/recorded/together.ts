import { Histogram, type HistogramData } from "@holdup/protocol";

/** Several histograms as one. */
export function together(all: Iterable<HistogramData>): Histogram {
  const whole = new Histogram();
  for (const one of all) whole.merge(one);
  return whole;
}
