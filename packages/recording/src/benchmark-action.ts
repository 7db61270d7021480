import type { Comparison } from "./comparison.ts";
import { quantileMs } from "./comparison-markdown.ts";

/** One figure, as github-action-benchmark reads it with the tool `customSmallerIsBetter`. */
export interface BenchmarkEntry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
}

/** The head's figures for github-action-benchmark, which draws them over time. */
export function benchmarkEntries({ primitives }: Comparison): BenchmarkEntry[] {
  return primitives.flatMap(({ name, head }) =>
    head === null
      ? []
      : [
          entry(`${name}: wait p99`, quantileMs(head.waits, 0.99)),
          entry(`${name}: wait per operation`, head.operations === 0 ? 0 : head.blockedMs / head.operations),
          entry(`${name}: hold p99`, quantileMs(head.holds, 0.99)),
          entry(`${name}: hand-off per wait`, head.contended === 0 ? 0 : head.handoffMs / head.contended),
        ],
  );
}

function entry(name: string, ms: number): BenchmarkEntry {
  return { name, unit: "ms", value: Number(ms.toPrecision(6)) };
}
