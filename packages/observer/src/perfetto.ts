import { basename } from "node:path";
import { notSampled, type Site } from "@holdup/protocol";
import type { FlightHold, FlightRecording, FlightWait } from "./flight-recording.ts";
import { lanesOf, type Stretch } from "./lanes.ts";

/** An event of Chrome's trace event format; times are microseconds. */
export interface TraceEvent {
  /** X: a slice, M: the name of a track, s and f: the ends of an arrow, i: a moment. */
  readonly ph: "X" | "M" | "s" | "f" | "i";
  readonly name: string;
  readonly cat?: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly id?: number;
  /** An arrow ends at the slice that it lies in. */
  readonly bp?: "e";
  readonly s?: "t";
  readonly args?: Readonly<Record<string, string | number | boolean | null>>;
}

/** What ui.perfetto.dev and chrome://tracing open. Carries the recording that it was made of. */
export interface PerfettoTrace {
  readonly displayTimeUnit: "ms";
  readonly otherData: Readonly<Record<string, string | number>>;
  readonly traceEvents: readonly TraceEvent[];
  readonly holdup: FlightRecording;
}

/**
 * Makes a trace of a recording, in Chrome's trace event format, for ui.perfetto.dev and chrome://tracing: a track for each
 * primitive with who held it, one for each task with what it waited for, and an arrow from the hold that ended to
 * the wait that got on by it. `about` is put into its metadata.
 *
 * @example
 * ```ts
 * await writeFile("holdup.trace.json", JSON.stringify(toPerfetto(observer.record())));
 * ```
 */
export function toPerfetto(
  recording: FlightRecording,
  about: Readonly<Record<string, string | number>> = {},
): PerfettoTrace {
  return {
    displayTimeUnit: "ms",
    otherData: otherData(recording, about),
    traceEvents: [...traceEvents(recording)],
    holdup: recording,
  };
}

/** The JSON of `toPerfetto`, in pieces: a program that writes them one by one is not held up by a long recording. */
export function* perfettoJson(
  recording: FlightRecording,
  about: Readonly<Record<string, string | number>> = {},
): Generator<string, void> {
  const head = { displayTimeUnit: "ms", otherData: otherData(recording, about) };
  yield `${JSON.stringify(head).slice(0, -1)},"traceEvents":`;
  yield* jsonArray(traceEvents(recording));
  const { holds, waits, ...rest } = recording;
  yield `,"holdup":${JSON.stringify(rest).slice(0, -1)},"holds":`;
  yield* jsonArray(holds);
  yield ',"waits":';
  yield* jsonArray(waits);
  yield "}}\n";
}

const pieceLength = 1000;

function* jsonArray(items: Iterable<unknown>): Generator<string, void> {
  let before = "[";
  let piece: string[] = [];
  for (const item of items) {
    piece.push(JSON.stringify(item));
    if (piece.length < pieceLength) continue;
    yield before + piece.join(",\n");
    before = ",\n";
    piece = [];
  }
  yield piece.length === 0 && before !== "[" ? "]" : `${before}${piece.join(",\n")}]`;
}

function otherData(
  { start, end }: FlightRecording,
  about: Readonly<Record<string, string | number>>,
): PerfettoTrace["otherData"] {
  return { ...about, start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

// The processes that Perfetto shows; no thread has a number of one of them, since that would be its main thread.
const findingsPid = 1;
const primitivesPid = 2;
const tasksPid = 3;
const firstTid = 11;

function* traceEvents(recording: FlightRecording): Generator<TraceEvent, void> {
  const tracks = new Tracks();
  const findingsTid = tracks.next("findings", findingsPid);
  const holdTids = tracks.lay(recording.holds, primitivesPid, primitiveTracks(recording));
  const waitTids = tracks.lay(recording.waits, tasksPid, taskTracks(recording));
  yield named("process_name", findingsPid, 0, "findings");
  yield named("process_name", primitivesPid, 0, "primitives: who held");
  yield named("process_name", tasksPid, 0, "tasks: who waited");
  yield* tracks.events();

  const holdsById = new Map<number, number>();
  for (const [i, hold] of recording.holds.entries()) {
    holdsById.set(hold.id, i);
    yield holdSlice(recording, hold, holdTids[i] as number);
  }
  for (const [i, wait] of recording.waits.entries()) {
    const tid = waitTids[i] as number;
    yield waitSlice(recording, wait, tid);
    const handOff = handOffSlice(wait, tid);
    if (handOff !== undefined) yield handOff;
    const from = wait.handedOverBy === null ? undefined : holdsById.get(wait.handedOverBy);
    if (from === undefined || wait.grantedMs === null) continue;
    const arrow = { name: "hands over", cat: "hand-over", id: i + 1 };
    const giver = recording.holds[from] as FlightHold;
    yield { ph: "s", ...arrow, pid: primitivesPid, tid: holdTids[from] as number, ts: within(giver) };
    yield { ph: "f", bp: "e", ...arrow, pid: tasksPid, tid, ts: within({ ...wait, endMs: wait.grantedMs }) };
  }
  for (const { kind, severity, message, advice, lastSeen, count } of recording.findings) {
    const ts = micro(nano(Math.max(0, lastSeen - recording.start)));
    const args = { severity, message, advice, count };
    yield { ph: "i", name: kind, cat: "finding", s: "t", pid: findingsPid, tid: findingsTid, ts, args };
  }
}

/** Which track an interval belongs to; those of one track that overlap get tracks of their own beside it. */
type TrackOf<Interval> = (interval: Interval) => string;

// So many tracks for the instances of one name, or the tasks; if there are more, they share what is free.
const mostTracks = 50;

function primitiveTracks({ holds, primitives }: FlightRecording): TrackOf<FlightHold> {
  const names = primitives.map(nameOf);
  const instances = primitives.map(() => new Set<number>());
  for (const { primitive, instance } of holds) instances[primitive]?.add(instance);
  return ({ primitive, instance }) => {
    const name = names[primitive] as string;
    const { size = 0 } = instances[primitive] ?? {};
    return size > 1 && size <= mostTracks ? `${name} instance ${instance}` : name;
  };
}

function taskTracks({ tasks, primitives, waits }: FlightRecording): TrackOf<FlightWait> {
  const sameNames = Map.groupBy(tasks.keys(), (task) => tasks[task]?.name ?? "");
  const few = new Set(waits.map(({ task }) => task)).size <= mostTracks;
  const namesOutside = primitives.map((primitive) => `outside of tasks, for ${nameOf(primitive)}`);
  const names = tasks.map(({ id, name }) => {
    if (few) return (sameNames.get(name)?.length ?? 0) > 1 ? `${name} (task ${id})` : name;
    return name === `task-${id}` ? "unnamed tasks" : name;
  });
  return ({ task, primitive }) => (task === null ? namesOutside[primitive] : names[task]) as string;
}

/** Hands out threads, with names. */
class Tracks {
  readonly #events: TraceEvent[] = [];
  #next = firstTid;

  next(name: string, pid: number): number {
    const tid = this.#next++;
    this.#events.push(named("thread_name", pid, tid, name), {
      ...named("thread_sort_index", pid, tid, ""),
      args: { sort_index: tid },
    });
    return tid;
  }

  /** One thread for each interval: those of one track side by side. */
  lay<Interval extends FlightHold | FlightWait>(
    intervals: readonly Interval[],
    pid: number,
    trackOf: TrackOf<Interval>,
  ): Uint32Array {
    const tids = new Uint32Array(intervals.length);
    const tracks = Map.groupBy(intervals.keys(), (i) => trackOf(intervals[i] as Interval));
    for (const [name, members] of tracks) {
      const lanes = lanesOf(members.map((i) => stretch(intervals[i] as Interval)));
      const count = lanes.reduce((most, lane) => Math.max(most, lane + 1), 0);
      const tidOfLane = Array.from({ length: count }, (_, lane) =>
        this.next(lane === 0 ? name : `${name} (${lane + 1})`, pid),
      );
      for (const [n, i] of members.entries()) tids[i] = tidOfLane[lanes[n] as number] as number;
    }
    return tids;
  }

  events(): readonly TraceEvent[] {
    return this.#events;
  }
}

function named(name: string, pid: number, tid: number, value: string): TraceEvent {
  return { ph: "M", name, pid, tid, ts: 0, args: { name: value } };
}

function holdSlice(recording: FlightRecording, hold: FlightHold, tid: number): TraceEvent {
  const { contended, open, instance } = hold;
  const { task, site } = whoOf(recording, hold);
  const args = { task, site: placeOf(site), operation: hold.operation, instance, contended, ...truth(hold) };
  const name = site === null ? (task ?? notSampled) : labelOf(site);
  return slice(name, "hold", primitivesPid, tid, hold, open ? { ...args, "still held": true } : args);
}

function waitSlice(recording: FlightRecording, wait: FlightWait, tid: number): TraceEvent {
  const { operation, outcome, instance } = wait;
  const { task, site } = whoOf(recording, wait);
  const args = { task, site: placeOf(site), operation, outcome, instance, ...truth(wait) };
  const name = `wait for ${nameOf(recording.primitives[wait.primitive] as FlightPrimitive)}`;
  return slice(name, "wait", tasksPid, tid, wait, args);
}

// The part of a wait that is the event loop's, on top of it.
function handOffSlice(wait: FlightWait, tid: number): TraceEvent | undefined {
  const { grantedMs, endMs } = wait;
  if (grantedMs === null || grantedMs >= endMs) return undefined;
  return slice("hand-off", "hand-off", tasksPid, tid, { startMs: grantedMs, endMs });
}

function slice(
  name: string,
  cat: string,
  pid: number,
  tid: number,
  times: { readonly startMs: number; readonly endMs: number },
  args?: NonNullable<TraceEvent["args"]>,
): TraceEvent {
  const { from, to } = stretch(times);
  const event: TraceEvent = { ph: "X", name, cat, pid, tid, ts: micro(from), dur: micro(to - from) };
  return args === undefined ? event : { ...event, args };
}

// What began before the recording is drawn from its start: the true length is told.
function truth({ startMs, endMs }: FlightHold | FlightWait): {
  ms: number;
  "before the recording, ms"?: number;
} {
  const ms = endMs - startMs;
  return startMs < 0 ? { ms, "before the recording, ms": -startMs } : { ms };
}

function whoOf(
  { tasks, sites }: FlightRecording,
  { task, site }: FlightHold | FlightWait,
): { task: string | null; site: Site | null } {
  return {
    task: task === null ? null : (tasks[task]?.name ?? null),
    site: site === null ? null : (sites[site] ?? null),
  };
}

type FlightPrimitive = FlightRecording["primitives"][number];

function nameOf({ type, name }: FlightPrimitive): string {
  return `${type} "${name}"`;
}

function labelOf({ functionName, filePath, lineNumber }: Site): string {
  return `${functionName} (${basename(filePath)}:${lineNumber})`;
}

function placeOf(site: Site | null): string {
  return site === null ? notSampled : `${site.functionName} ${site.filePath}:${site.lineNumber}`;
}

// Whole nanoseconds: slices that touch must not overlap by a rounding.
function stretch({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): Stretch {
  const from = nano(Math.max(0, startMs));
  return { from, to: Math.max(from, nano(endMs)) };
}

// An arrow belongs to the slice that its time lies in: the end of a slice is out of it.
function within(times: { readonly startMs: number; readonly endMs: number }): number {
  const { from, to } = stretch(times);
  return micro(Math.max(from, to - 1));
}

function nano(ms: number): number {
  return Math.round(ms * 1e6);
}

function micro(ns: number): number {
  return ns / 1000;
}
