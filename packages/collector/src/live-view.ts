/** What the viewers of one service, or of all, are shown: drawn again on a tick, sent as differences. */

import {
  hotSpotKey,
  hotSpotWindowSeconds,
  packChanges,
  type CollectorStatus,
  type HotSpot,
  type KeptFinding,
  type PackedChanges,
  type Snapshot,
} from "@holdup/protocol";
import type { FindingBook } from "./finding-book.ts";
import { differentRows } from "./live-difference.ts";
import type { Overview } from "./overview.ts";
import type { Points, SeriesBoard } from "./series.ts";

export interface LiveSources {
  readonly overview: Overview;
  readonly series: SeriesBoard;
  readonly findings: FindingBook;
  readonly now: () => number;
}

/** More rows than anyone looks through; the cheapest are left out and counted. */
const maxRows = 1_000;
/** Without news a view is drawn again after so long, for what time itself changes: the window, silence. */
const restMs = 1_000;
/** The series of a snapshot hold at most so many points, about 3 MB; the costliest primitives go first. */
const maxSnapshotPoints = 20_000;
/** More clocks than anyone sets at once; those that are furthest off are told. */
const maxClocks = 10;
/** More findings than anyone reads; the newest are sent. */
const maxSnapshotFindings = 100;

export class LiveView {
  readonly #sources: LiveSources;
  readonly #service: string | undefined;
  // By `hotSpotKey`, the costliest first, as they were sent.
  #rows: ReadonlyMap<string, HotSpot> = new Map();
  #rowsLeftOut = 0;
  #sentStatus = "";
  #status: CollectorStatus | undefined;
  #revision = 0;
  #sequence = 0;
  #time = 0;

  constructor(sources: LiveSources, service: string | undefined) {
    this.#sources = sources;
    this.#service = service;
  }

  /**
   * Draws the view anew. What is different since the last time, or undefined if nothing is.
   * Without news it rests a second, unless it is drawn for someone who has nothing yet.
   */
  async refresh(forNewcomer: boolean): Promise<PackedChanges | undefined> {
    const { overview, series, now } = this.#sources;
    const to = now();
    // Read before the store is asked: what arrives meanwhile is sent twice rather than never.
    const { revision } = series;
    const rests = revision === this.#revision && to - this.#time < restMs;
    if (rests && !forNewcomer) return undefined;
    const query = { service: this.#service, from: to - hotSpotWindowSeconds * 1000, to };
    const { items, total } = await overview.hotSpots({ ...query, by: "primitive", limit: maxRows });
    const status = forViewers(await overview.status());
    const points = series.since(this.#revision, this.#service);
    this.#revision = revision;
    this.#time = to;
    this.#rowsLeftOut = total - items.length;
    return this.#difference(items, status, points);
  }

  /** Changes without a change, which still show a viewer the gap if it missed others. */
  nothingNew(): PackedChanges {
    return packChanges({
      sequence: this.#sequence,
      time: this.#time,
      status: this.#drawnStatus(),
      hotSpots: [],
      figures: [],
      gone: [],
      points: [],
    });
  }

  /** Findings that are new after a revision of theirs; the newest last. */
  findingsSince(revision: number): KeptFinding[] {
    return this.#sources.findings.since(revision, this.#service);
  }

  /** Everything, as of the last refresh; findings as of now. */
  snapshot(): Snapshot {
    const { series, findings } = this.#sources;
    const { points, leftOut } = series.of([...this.#rows.keys()], maxSnapshotPoints);
    const found = findings.newest(this.#service, maxSnapshotFindings);
    return {
      sequence: this.#sequence,
      time: this.#time,
      status: this.#drawnStatus(),
      windowSeconds: hotSpotWindowSeconds,
      hotSpots: [...this.#rows.values()],
      series: points,
      findings: found.findings,
      leftOut: { rows: this.#rowsLeftOut, points: leftOut, findings: found.leftOut },
    };
  }

  #drawnStatus(): CollectorStatus {
    if (this.#status !== undefined) return this.#status;
    throw new Error("A view has to be refreshed before it is shown.");
  }

  #difference(items: readonly HotSpot[], status: CollectorStatus, points: Points): PackedChanges | undefined {
    const before = this.#rows;
    const rows = new Map(items.map((row) => [hotSpotKey(row), row]));
    const { whole, figures } = differentRows(rows, before);
    const gone = [...before.keys()].filter((key) => !rows.has(key));
    const statusText = JSON.stringify(status);
    const told = Object.entries(points);
    const count = whole.length + figures.length + gone.length + told.length;
    this.#rows = rows;
    this.#status = status;
    if (count === 0 && statusText === this.#sentStatus) return undefined;
    this.#sentStatus = statusText;
    this.#sequence++;
    const time = this.#time;
    return packChanges({
      sequence: this.#sequence,
      time,
      status,
      hotSpots: whole,
      figures,
      gone,
      points: told,
    });
  }
}

// A page shows those whose clock is far off, and the status is sent again with each request that came.
function forViewers(status: CollectorStatus): CollectorStatus {
  return { ...status, clockSkew: (status.clockSkew ?? []).slice(0, maxClocks) };
}
