import { Histogram, type Finding, type HistogramData, type Site } from "@holdup/protocol";
import type { PrimitiveRecord, Recording, ReportData } from "@holdup/recording";

/** When the run started, Unix ms: between two steps. */
export const startedAt: number = Date.UTC(2026, 0, 1, 12, 0, 0, 30);

export const reserve: Site = { functionName: "reserve", filePath: "src/inventory.ts", lineNumber: 46 };
export const audit: Site = { functionName: "audit", filePath: "src/audit.ts", lineNumber: 7 };

const observedAt = startedAt + 170;

/**
 * A run of two seconds. Twenty orders take the lock `inventory` one after the other, each for 50 ms in the first second;
 * ten of them are asked for from a line that was not looked up. Nobody waits for `receipts`. When the run ends, one waits for
 * `inventory` still.
 */
export function recordedShop(parts: Partial<Recording> = {}): ReportData {
  const recording: Recording = {
    format: "holdup-recording",
    version: 1,
    name: "src/shop.ts",
    startedAt,
    durationMs: 2000,
    exitCode: 3,
    threads: [
      {
        label: "main",
        pid: 1,
        threadId: 0,
        script: "src/shop.ts",
        node: "24.21.0",
        startedAt: observedAt,
        durationMs: 1830,
        timersLateMs: 0.2,
        delayedMs: 10,
        losses: { spans: 0, sites: 12, primitives: 0 },
      },
    ],
    missing: ["worker 3 of process 1 left no recording: it was killed, or too busy at its end"],
    primitives: [inventory(), receipts()],
    stacks: {
      waiters: [{ type: "lock", name: "inventory", frames: [reserve], contentions: 20, ms: 1000 }],
      holders: [{ type: "lock", name: "inventory", frames: [audit], contentions: 20, ms: 900 }],
    },
    findings: [finding],
    flights: [{ thread: "main", flight: flight() }],
    ...parts,
  };
  return { recording, cpu: { name: "all", file: "", line: 0, self: 0, total: 0, children: [] } };
}

const finding: Finding = {
  id: "1",
  kind: "convoy",
  severity: "warning",
  message: "inventory has a convoy",
  advice: "hold it more briefly",
  primitives: ["inventory"],
  sites: [reserve],
  spans: [],
  count: 2,
  firstSeen: startedAt + 500,
  lastSeen: startedAt + 1000,
};

function inventory(): PrimitiveRecord {
  return {
    name: "inventory",
    type: "lock",
    operations: 21,
    contended: 20,
    blockedMs: 1000,
    handoffMs: 20,
    holdMs: 1050,
    unattributedMs: 100,
    byWaiter: [
      { site: reserve, operations: 11, blockedMs: 600 },
      { site: null, operations: 10, blockedMs: 400 },
    ],
    byHolder: [
      { site: reserve, holds: 20, holdMs: 550, blameMs: 300 },
      { site: audit, holds: 1, holdMs: 500, blameMs: 500 },
      { site: null, holds: 0, holdMs: 0, blameMs: 100 },
    ],
    matrix: [
      { waiter: reserve, holder: reserve, blockedMs: 300 },
      { waiter: reserve, holder: audit, blockedMs: 300 },
      { waiter: null, holder: audit, blockedMs: 200 },
      {
        waiter: null,
        holder: { functionName: "(not sampled)", filePath: "(not sampled)", lineNumber: 0 },
        blockedMs: 100,
      },
      { waiter: null, holder: null, blockedMs: 100 },
      { waiter: reserve, holder: null, blockedMs: 1e-12 },
    ],
    waits: histogram([0, ...Array.from({ length: 20 }, () => 0.051)]),
    handoffs: histogram(Array.from({ length: 20 }, () => 0.001)),
    holds: [
      { site: reserve, durations: histogram(Array.from({ length: 20 }, () => 0.0275)) },
      { site: audit, durations: histogram([0.5]) },
    ],
    activities: [
      { site: reserve, holds: 4, activities: [{ name: "running", ms: 80 }] },
      {
        site: audit,
        holds: 1,
        activities: [
          { name: "running", ms: 120 },
          { name: "in SELECT stock", ms: 300 },
          { name: "sleeping", ms: 20 },
          { name: "waiting for receipts", ms: 50 },
          { name: "hand-off", ms: 10 },
        ],
      },
    ],
    // Ten slices of a second that is no step of the run: from 170 ms after its start on.
    slices: Array.from({ length: 10 }, (_, index) => ({
      ms: 100,
      endedAt: observedAt + 100 * (index + 1),
      operations: index === 0 ? 3 : 2,
      contended: 2,
      blockedMs: 100,
      handoffMs: 2,
      holders: [],
    })),
  };
}

function receipts(): PrimitiveRecord {
  const nothing = histogram([]);
  return {
    name: "receipts",
    type: "lock",
    operations: 4,
    contended: 0,
    blockedMs: 0,
    handoffMs: 0,
    holdMs: 8,
    unattributedMs: 0,
    byWaiter: [{ site: audit, operations: 4, blockedMs: 0 }],
    byHolder: [{ site: audit, holds: 4, holdMs: 8, blameMs: 0 }],
    matrix: [],
    waits: histogram([0, 0, 0, 0]),
    handoffs: nothing,
    holds: [{ site: audit, durations: histogram([0.002, 0.002, 0.002, 0.002]) }],
    slices: [
      {
        ms: 100,
        endedAt: observedAt + 500,
        operations: 4,
        contended: 0,
        blockedMs: 0,
        handoffMs: 0,
        holders: [],
      },
    ],
  };
}

function flight(): Recording["flights"][number]["flight"] {
  const common = { primitive: 0, instance: 1, operation: "acquire", site: 0 };
  const waits = Array.from({ length: 20 }, (_, index) => ({
    ...common,
    task: null,
    startMs: 50 * index,
    grantedMs: 50 * index + 50,
    endMs: 50 * index + 51,
    outcome: "granted" as const,
    handedOverBy: index + 1,
    hold: index + 2,
  }));
  const holds = Array.from({ length: 20 }, (_, index) => ({
    ...common,
    task: null,
    id: index + 1,
    startMs: 50 * index,
    endMs: 50 * index + 50,
    open: false,
    contended: true,
  }));
  const last = { ...common, task: 0, startMs: 1000, endMs: 1830 };
  return {
    version: 1,
    start: observedAt,
    end: observedAt + 1830,
    primitives: [{ type: "lock", name: "inventory" }],
    tasks: [{ id: 7, name: "order 21" }],
    sites: [reserve],
    holds: [...holds, { ...last, task: null, id: 21, open: true, contended: true }],
    waits: [...waits, { ...last, outcome: "pending", grantedMs: null, handedOverBy: null, hold: null }],
    findings: [],
  };
}

function histogram(values: readonly number[]): HistogramData {
  const all = new Histogram();
  for (const value of values) all.record(value);
  const data = all.toData();
  return { ...data, counts: Array.from(data.counts) };
}
