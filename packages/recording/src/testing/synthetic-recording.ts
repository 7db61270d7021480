import { Histogram, type Finding, type Site } from "@holdup/protocol";
import { chanceOf } from "../chance.ts";
import { plain, type PrimitiveRecord, type Slice } from "../primitive-record.ts";
import type { Recording } from "../recording.ts";

/** What a made-up run is like. Times are milliseconds. */
export interface Run {
  readonly seed: number;
  readonly holdMs?: number;
  /** How many of the last slices of 40 are ten times as slow. */
  readonly burst?: number;
  /** Of each operation. */
  readonly handoffMs?: number;
  /** How slow the whole run is, as a factor. */
  readonly slowness?: number;
  readonly timersLateMs?: number;
  readonly delayedMs?: number;
  readonly line?: number;
  readonly findings?: readonly Finding[];
  readonly name?: string;
}

const slices = 40;
const holdsASlice = 8;

/** A run in which one lock is held again and again, for 10 ms and what chance adds, with a queue of three behind it. */
export function syntheticRecording(run: Run): Recording {
  const site = { functionName: "reserve", filePath: "src/inventory.ts", lineNumber: run.line ?? 46 };
  const chance = chanceOf(run.seed);
  const holds = new Histogram();
  const waits = new Histogram();
  const made: Slice[] = Array.from({ length: slices }, (_, index) => {
    const slow = (run.slowness ?? 1) * (index >= slices - (run.burst ?? 0) ? 10 : 1);
    let holdMs = 0;
    for (let i = 0; i < holdsASlice; i++) {
      const ms = (run.holdMs ?? 10) * slow * (0.7 + 0.6 * chance());
      holdMs += ms;
      holds.record(ms / 1000);
      waits.record((3 * ms) / 1000);
    }
    return slice(holdMs, run.handoffMs ?? 0.125);
  });
  return recordingOf(run, [lockRecord(run.name ?? "inventory", site, made, waits, holds)]);
}

function slice(holdMs: number, handoffMs: number): Slice {
  const blockedMs = 3 * holdMs;
  const holder = { holder: 0, holds: holdsASlice, holdMs, blameMs: blockedMs };
  return {
    ms: 100,
    operations: holdsASlice,
    contended: holdsASlice,
    blockedMs,
    handoffMs: holdsASlice * handoffMs,
    holders: [holder],
  };
}

function lockRecord(
  name: string,
  site: Site,
  made: readonly Slice[],
  waits: Histogram,
  holds: Histogram,
): PrimitiveRecord {
  const sum = (of: (slice: Slice) => number): number => made.reduce((all, one) => all + of(one), 0);
  const holdMs = sum(({ holders }) => holders[0]?.holdMs ?? 0);
  const blockedMs = sum((one) => one.blockedMs);
  const operations = sum((one) => one.operations);
  return {
    name,
    type: "lock",
    operations,
    contended: operations,
    blockedMs,
    handoffMs: sum((one) => one.handoffMs),
    holdMs,
    unattributedMs: 0,
    byWaiter: [{ site, operations, blockedMs }],
    byHolder: [{ site, holds: operations, holdMs, blameMs: blockedMs }],
    matrix: [{ waiter: site, holder: site, blockedMs }],
    waits: plain(waits),
    handoffs: plain(new Histogram()),
    holds: [{ site, durations: plain(holds) }],
    slices: made,
  };
}

function recordingOf(run: Run, primitives: readonly PrimitiveRecord[]): Recording {
  return {
    format: "holdup-recording",
    version: 1,
    name: "app.ts",
    startedAt: Date.UTC(2026, 0, 1),
    durationMs: 4000,
    exitCode: 0,
    threads: [
      {
        label: "main",
        pid: 1,
        threadId: 0,
        script: "app.ts",
        node: "24.21.0",
        startedAt: Date.UTC(2026, 0, 1),
        durationMs: 4000,
        timersLateMs: run.timersLateMs ?? 0.2,
        delayedMs: run.delayedMs ?? 10,
        losses: { spans: 0, sites: 0, primitives: 0 },
      },
    ],
    missing: [],
    primitives,
    stacks: stacksOf(primitives),
    findings: run.findings ?? [],
    flights: [],
  };
}

function stacksOf(primitives: readonly PrimitiveRecord[]): Recording["stacks"] {
  const stacks = primitives.map(({ type, name, byHolder, contended, blockedMs }) => ({
    type,
    name,
    frames: byHolder.flatMap(({ site }) => (site === null ? [] : [site])),
    contentions: contended,
    ms: blockedMs,
  }));
  return { waiters: stacks, holders: stacks };
}
