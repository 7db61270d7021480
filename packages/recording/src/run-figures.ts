import type { Site } from "@holdup/protocol";
import type { Metric } from "./fail-on.ts";
import { longestLines } from "./longest-line.ts";
import { usualPerOperation } from "./ratio.ts";
import type { Recording } from "./recording.ts";
import { functionKey } from "./site.ts";

/** One figure of one run, in milliseconds. */
export interface RunFigure {
  /** The same for the same figure of two versions. */
  readonly key: string;
  readonly primitive: string;
  readonly metric: Metric;
  readonly site: Site | null;
  readonly ms: number;
}

/** With fewer operations in a run nothing is said. */
const fewest = 10;

/** What is usual in a run: how long holds are, by function, and waits and hand-offs, by primitive. */
export function runFigures({ primitives }: Recording): RunFigure[] {
  return primitives.flatMap(({ type, name, byHolder, slices, operations, contended }): RunFigure[] => {
    const functions = new Map(
      byHolder.flatMap(({ site }) => (site === null ? [] : [[functionKey(site), site]])),
    );
    const holds = [...functions].flatMap(([key, site]) => {
      const blocks = slices.map(({ holders }) => {
        const own = holders.filter(({ holder }) => functionKey(byHolder[holder]?.site ?? null) === key);
        return {
          amount: own.reduce((sum, { holdMs }) => sum + holdMs, 0),
          count: own.reduce((sum, { holds: count }) => sum + count, 0),
        };
      });
      return figure(blocks, { key: `hold ${type} ${name} ${key}`, primitive: name, metric: "hold", site });
    });
    const whole = (
      metric: "wait" | "handoff",
      blocks: readonly { readonly amount: number; readonly count: number }[],
    ): RunFigure[] =>
      figure(blocks, { key: `${metric} ${type} ${name}`, primitive: name, metric, site: null });
    const waits = slices.map((slice) => ({ amount: slice.blockedMs, count: slice.operations }));
    const handoffs = slices.map((slice) => ({ amount: slice.handoffMs, count: slice.contended }));
    return [
      ...(operations < fewest ? [] : [...holds, ...whole("wait", waits)]),
      // Only what had to wait is handed over.
      ...(contended < fewest ? [] : whole("handoff", handoffs)),
    ];
  });
}

function figure(
  blocks: readonly { readonly amount: number; readonly count: number }[],
  what: Omit<RunFigure, "ms">,
): RunFigure[] {
  const ms = usualPerOperation(blocks);
  return Number.isNaN(ms) ? [] : [{ ...what, ms }];
}

/** A count of one run. */
export interface RunCount {
  readonly key: string;
  readonly primitive: string;
  readonly what: "operations" | "operations that had to wait" | "hand-offs" | "the longest line";
  readonly count: number;
}

/** What may be the same in every run of the same code; where it is, it can be compared exactly. */
export function runCounts(recording: Recording): RunCount[] {
  const lines = longestLines(recording);
  return recording.primitives.flatMap(({ type, name, operations, contended, handoffs }) => {
    const line = lines.get(`${type} ${name}`);
    const counts: [RunCount["what"], number][] = [
      ["operations", operations],
      ["operations that had to wait", contended],
      ["hand-offs", handoffs.count],
    ];
    if (line !== undefined) counts.push(["the longest line", line]);
    return counts.map(([what, count]) => ({ key: `${what} ${type} ${name}`, primitive: name, what, count }));
  });
}
