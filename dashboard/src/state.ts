/**
 * What the page knows, and how a message changes it. Pure: no clock, no socket, no page.
 */

import {
  findingKey,
  hotSpotKey,
  readChanges,
  type Changes,
  type CollectorStatus,
  type HotSpot,
  type KeptFinding,
  type PackedChanges,
  type Snapshot,
} from "@holdup/protocol";
import type { RecordedRun } from "./recorded/recorded-run.ts";
import { extend, keptOf, type Series } from "./series.ts";
import { extendSession, restartSession, type Session } from "./session.ts";
import { withShares } from "./share.ts";

/** What a data source tells the page. Times are Unix ms on the viewer's clock. */
export type Message =
  | { readonly type: "connected"; readonly at: number }
  | { readonly type: "disconnected"; readonly at: number }
  | { readonly type: "snapshot"; readonly at: number; readonly snapshot: Snapshot }
  | { readonly type: "changes"; readonly at: number; readonly changes: PackedChanges }
  | { readonly type: "finding"; readonly finding: KeptFinding }
  /** All that there is, of a run that is over: nothing comes after it. */
  | { readonly type: "recording"; readonly run: RecordedRun; readonly snapshot: Snapshot };

/** The connection to the data, and since when it is so. */
export interface Connection {
  readonly phase: "connecting" | "live" | "disconnected" | "recorded";
  readonly since: number;
}

/** Everything that the page shows. */
export interface State {
  /** The run that it shows; undefined while it shows what goes on. */
  readonly recorded?: RecordedRun;
  readonly connection: Connection;
  /**
   * `none` before the first snapshot; `lost` when a change was missed: what is shown stays, later changes
   * are left out, and only a new snapshot helps.
   */
  readonly sync: "none" | "complete" | "lost";
  /** Of the message applied last; the next changes carry one more. */
  readonly sequence: number;
  /** Of the message applied last, on the collector's clock. */
  readonly time: number;
  /** When the last message arrived, on the viewer's clock. */
  readonly receivedAt: number;
  readonly status: CollectorStatus | null;
  readonly windowSeconds: number;
  /** By `hotSpotKey`. */
  readonly rows: ReadonlyMap<string, HotSpot>;
  /** By `hotSpotKey`. */
  readonly series: ReadonlyMap<string, Series>;
  /** All waiting, for longer than the series go back. */
  readonly session: Session;
  /** By `findingKey`, the newest last. */
  readonly findings: ReadonlyMap<string, KeptFinding>;
}

/** How many findings the page holds; the oldest go first. */
export const maxFindings = 500;

/** What the page knows when it opens. */
export function initialState(now: number): State {
  return {
    connection: { phase: "connecting", since: now },
    sync: "none",
    sequence: 0,
    time: now,
    receivedAt: now,
    status: null,
    windowSeconds: 0,
    rows: new Map(),
    series: new Map(),
    session: [],
    findings: new Map(),
  };
}

/** The state after a message. */
export function apply(state: State, message: Message): State {
  switch (message.type) {
    case "connected":
      return { ...state, connection: { phase: "live", since: message.at } };
    case "disconnected":
      return disconnected(state, message.at);
    case "snapshot":
      return startFrom(state, message.snapshot, message.at);
    case "changes":
      return change(state, message.changes, message.at);
    case "finding":
      return { ...state, findings: withFinding(state.findings, message.finding) };
    case "recording":
      return recorded(state, message.run, message.snapshot);
    default:
      return message satisfies never;
  }
}

/** The state as far as it was known at a moment, on the collector's clock. Its rows stay: no message tells their past. */
export function asOf(state: State, time: number): State {
  const until = (series: Series): Series =>
    extend(
      [],
      [...series].filter((point) => point.time <= time),
    );
  return {
    ...state,
    series: new Map([...state.series].map(([key, series]) => [key, until(series)])),
    session: state.session.filter((second) => second.time <= time),
    findings: new Map([...state.findings].filter(([, finding]) => finding.firstSeen <= time)),
  };
}

/** How far the viewer's clock is behind the collector's, in milliseconds. */
export function clockOffset({ time, receivedAt }: Pick<State, "time" | "receivedAt">): number {
  return time - receivedAt;
}

function disconnected(state: State, at: number): State {
  // Every failed attempt to reconnect tells it again; "since" stays with the first.
  if (state.connection.phase === "disconnected") return state;
  return { ...state, connection: { phase: "disconnected", since: at } };
}

// Its time is that of its end, whenever it is looked at.
function recorded(state: State, run: RecordedRun, snapshot: Snapshot): State {
  const connection = { phase: "recorded", since: run.whole.to } as const;
  return { ...startFrom(state, snapshot, run.whole.to), connection, recorded: run };
}

function startFrom(state: State, snapshot: Snapshot, at: number): State {
  const series = new Map(Object.entries(snapshot.series).map(([key, points]) => [key, extend([], points)]));
  return {
    ...state,
    sync: "complete",
    sequence: snapshot.sequence,
    time: snapshot.time,
    receivedAt: at,
    status: snapshot.status,
    windowSeconds: snapshot.windowSeconds,
    rows: withShares(new Map(snapshot.hotSpots.map((spot) => [hotSpotKey(spot), spot]))),
    findings: new Map(snapshot.findings.toReversed().map((finding) => [findingKey(finding), finding])),
    series,
    session: restartSession(state.session, series),
  };
}

function change(state: State, packed: PackedChanges, at: number): State {
  if (state.sync !== "complete") return state;
  if (packed.sequence !== state.sequence + 1) return { ...state, sync: "lost" };

  const changes = readChanges(packed, state.rows);
  const rows = changedRows(state.rows, changes);
  const series = changedSeries(state.series, changes, rows);
  return {
    ...state,
    sequence: changes.sequence,
    time: changes.time,
    receivedAt: at,
    status: changes.status,
    rows,
    series,
    session: extendSession(state.session, series, timesOf(changes)),
  };
}

function changedRows(rows: State["rows"], changes: Changes): State["rows"] {
  if (changes.hotSpots.length === 0 && changes.gone.length === 0) return rows;

  const changed = new Map(rows);
  for (const spot of changes.hotSpots) changed.set(hotSpotKey(spot), spot);
  for (const key of changes.gone) changed.delete(key);
  return withShares(changed);
}

function changedSeries(all: State["series"], changes: Changes, rows: State["rows"]): State["series"] {
  if (changes.points.size === 0 && changes.gone.length === 0) return all;

  const changed = new Map(all);
  const kept = keptOf(rows);
  for (const [key, added] of changes.points) changed.set(key, extend(all.get(key) ?? [], added, kept(key)));
  for (const key of changes.gone) changed.delete(key);
  return changed;
}

function timesOf({ points }: Changes): Set<number> {
  const times = new Set<number>();
  for (const added of points.values()) for (const { time } of added) times.add(time);
  return times;
}

function withFinding(all: State["findings"], finding: KeptFinding): State["findings"] {
  const key = findingKey(finding);
  const others = [...all].filter(([known]) => known !== key);
  return new Map([...others.slice(-(maxFindings - 1)), [key, finding]]);
}
