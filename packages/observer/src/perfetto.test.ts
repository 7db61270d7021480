import fc from "fast-check";
import { expect, test } from "vitest";
import { Lock, ManualClock, observe, Semaphore, spawn, useClock } from "@holdup/primitives";
import type { FlightRecording, FlightWait } from "./flight-recording.ts";
import { lanesOf } from "./lanes.ts";
import { createObserver } from "./observer.ts";
import { perfettoJson, toPerfetto, type PerfettoTrace, type TraceEvent } from "./perfetto.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Two tasks for one lock, and three for a semaphore of two. */
async function flight(): Promise<FlightRecording> {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver();
  using _observing = observe(observer);
  const [lock, pool] = [new Lock("accounts"), new Semaphore(2, "db")];
  async function transfer() {
    using _lock = await lock.acquire();
    await turn();
    clock.advance(10);
  }
  async function query() {
    using _client = await pool.acquire();
    await turn();
    clock.advance(10);
  }
  const tasks = [transfer, transfer, query, query, query].map((work) => spawn(work, { name: work.name }));
  for (const task of tasks) await task;
  void (await lock.acquire());
  void lock.acquire();
  clock.advance(5);
  return observer.record();
}

const trackOf = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;

function trackNames({ traceEvents }: PerfettoTrace): Map<string, string> {
  const names = traceEvents.filter(({ name }) => name === "thread_name");
  return new Map(names.map((event) => [trackOf(event), String(event.args?.["name"])]));
}

/** What the trace event format and Perfetto's importer ask of a trace. */
function expectValid(trace: PerfettoTrace): void {
  const names = trackNames(trace);
  const processes = new Set(
    trace.traceEvents.flatMap(({ name, pid }) => (name === "process_name" ? [pid] : [])),
  );
  const slices = new Map<string, TraceEvent[]>();
  const arrows = new Map<number, string>();
  for (const event of trace.traceEvents) {
    expect(["X", "M", "s", "f", "i"]).toContain(event.ph);
    expect(event.name).not.toBe("");
    expect(event.ts).toBeGreaterThanOrEqual(0);
    expect(processes).toContain(event.pid);
    // A thread with the number of its process would be its main thread.
    if (event.name !== "process_name") expect(processes.has(event.tid)).toBe(false);
    if (event.ph === "M") continue;
    expect(names.has(trackOf(event))).toBe(true);
    if (event.ph === "X") {
      expect(event.dur).toBeGreaterThanOrEqual(0);
      slices.set(trackOf(event), [...(slices.get(trackOf(event)) ?? []), event]);
    }
    if (event.ph === "i") expect(event.s).toBe("t");
    if (event.ph === "s" || event.ph === "f") {
      arrows.set(event.id as number, `${arrows.get(event.id as number) ?? ""}${event.ph}`);
      const around = trace.traceEvents.some(
        (slice) => slice.ph === "X" && trackOf(slice) === trackOf(event) && contains(slice, event.ts),
      );
      expect(around).toBe(true);
    }
  }
  // Every arrow begins before it ends, once.
  expect([...arrows.values()].every((ends) => ends === "sf")).toBe(true);
  for (const onTrack of slices.values()) expectNested(onTrack);
}

function contains({ ts, dur = 0 }: TraceEvent, at: number): boolean {
  return at >= ts && (at < ts + dur || dur === 0);
}

// Slices of one track lie in each other or beside each other.
function expectNested(slices: readonly TraceEvent[]): void {
  const nano = (micro: number) => Math.round(micro * 1000);
  const open: number[] = [];
  for (const { ts, dur = 0 } of slices.toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))) {
    while (open.length > 0 && (open.at(-1) as number) <= nano(ts)) open.pop();
    const end = nano(ts) + nano(dur);
    expect(end).toBeLessThanOrEqual(open.at(-1) ?? Number.POSITIVE_INFINITY);
    open.push(end);
  }
}

test("a trace has a track for each primitive with its holds, one for each task with its waits", async () => {
  const trace = toPerfetto(await flight());

  expectValid(trace);
  const names = trackNames(trace);
  expect(Array.from(names.values(), (name) => name.replace(/task \d+/, "task N")).toSorted()).toEqual(
    [
      "findings",
      'lock "accounts"',
      'semaphore "db"',
      'semaphore "db" (2)',
      'outside of tasks, for lock "accounts"',
      "query (task N)",
      "transfer (task N)",
    ].toSorted(),
  );
  const on = (track: string) =>
    trace.traceEvents.filter((event) => event.ph === "X" && names.get(trackOf(event))?.startsWith(track));
  expect(on('lock "accounts"').map(({ name }) => name)).toEqual([
    expect.stringMatching(/^transfer \(perfetto\.test\.ts:\d+\)$/),
    expect.stringMatching(/^transfer /),
    expect.stringMatching(/^flight /),
  ]);
  expect(on('lock "accounts"').at(-1)?.args).toMatchObject({ "still held": true, task: null });
  expect(on("transfer")).toMatchObject([
    { name: 'wait for lock "accounts"', args: { task: "transfer", outcome: "granted" } },
  ]);
});

test("an arrow leads from the hold that ended to the wait that got on by it", async () => {
  const { traceEvents } = toPerfetto(await flight());
  const starts = traceEvents.filter(({ ph }) => ph === "s");
  expect(starts).toHaveLength(2);
  for (const { id, ts } of starts) {
    const end = traceEvents.find((event) => event.ph === "f" && event.id === id);
    expect(end).toMatchObject({ ts, bp: "e", cat: "hand-over", name: "hands over" });
  }
});

test("findings are moments on a track of their own", async () => {
  const recording = await flight();
  const finding = {
    id: "deadlock-1",
    kind: "deadlock" as const,
    severity: "error" as const,
    message: "stuck",
    advice: "order them",
    primitives: ["accounts"],
    sites: [],
    spans: [],
    count: 1,
    firstSeen: recording.start + 10,
    lastSeen: recording.start + 10,
  };
  const trace = toPerfetto({ ...recording, findings: [finding] });
  expectValid(trace);
  expect(trace.traceEvents.find(({ ph }) => ph === "i")).toMatchObject({
    name: "deadlock",
    ts: expect.closeTo(10_000, 0),
    args: { message: "stuck", severity: "error" },
  });
});

test("the trace carries its recording, and its JSON in pieces is its JSON", async () => {
  const recording = await flight();
  const about = { service: "checkout", pid: 7 };
  const trace = toPerfetto(recording, about);
  expect(trace.holdup).toEqual(recording);
  expect(trace.otherData).toMatchObject({ service: "checkout", pid: 7 });
  expect(JSON.parse([...perfettoJson(recording, about)].join(""))).toEqual(JSON.parse(JSON.stringify(trace)));

  const waits = Array.from({ length: 2500 }, () => recording.waits[0] as FlightWait);
  for (const long of [
    { ...recording, waits },
    { ...recording, waits: [], holds: [] },
  ]) {
    const pieces = [...perfettoJson(long)];
    expect(JSON.parse(pieces.join(""))).toEqual(JSON.parse(JSON.stringify(toPerfetto(long))));
  }
});

test("of any times the slices of a track lie in or beside each other, and arrows begin in slices", () => {
  const interval = fc.record({
    primitive: fc.nat(1),
    instance: fc.integer({ min: 1, max: 60 }),
    task: fc.option(fc.nat(59)),
    startMs: fc.double({ min: -50, max: 100, noNaN: true }),
    lengthMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 50, noNaN: true })),
  });
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 120 }), (intervals) => {
      const common = { operation: "acquire", site: null };
      const waits = intervals.map(({ lengthMs, ...rest }, i): FlightWait => ({
        ...rest,
        ...common,
        endMs: rest.startMs + lengthMs,
        grantedMs: rest.startMs + lengthMs / 3,
        outcome: "granted",
        handedOverBy: i,
        hold: null,
      }));
      const trace = toPerfetto({
        version: 1,
        start: 0,
        end: 150,
        primitives: [
          { type: "lock", name: "a" },
          { type: "queue", name: "b" },
        ],
        tasks: Array.from({ length: 60 }, (_, id) => ({ id: id + 1, name: id % 2 ? "t" : `task-${id + 1}` })),
        sites: [],
        holds: intervals.map(({ lengthMs, ...rest }, i) => ({
          ...rest,
          ...common,
          endMs: rest.startMs + lengthMs,
          id: i,
          open: false,
          contended: true,
        })),
        waits,
        findings: [],
      });
      const perTrack = Map.groupBy(
        trace.traceEvents.filter(({ ph }) => ph === "X"),
        trackOf,
      );
      for (const slices of perTrack.values()) expectNested(slices);
    }),
    { numRuns: 200 },
  );
});

test("lanes: what overlaps lies on lanes of its own, and no more lanes are used than overlap at once", () => {
  const stretches = fc.array(
    fc
      .record({ from: fc.nat(50), length: fc.nat(10) })
      .map(({ from, length }) => ({ from, to: from + length })),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(stretches, (all) => {
      const lanes = lanesOf(all);
      for (const [i, a] of all.entries()) {
        for (const [j, b] of all.entries()) {
          if (i < j && lanes[i] === lanes[j])
            expect(Math.max(a.from, b.from) >= Math.min(a.to, b.to)).toBe(true);
        }
      }
      const most = Math.max(
        0,
        ...all.map(({ from }) => all.filter((o) => o.from <= from && from < o.to).length),
      );
      const used = new Set(lanes).size;
      expect(used).toBeLessThanOrEqual(most + 1);
    }),
  );
});
