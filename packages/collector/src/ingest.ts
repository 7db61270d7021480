/** The way of a request's body through the collector: decode, aggregate, keep. */

import { event, type KeptFinding } from "@holdup/protocol";
import { aggregate, streamsOf, type Presence } from "./aggregate.ts";
import { textOf } from "./attributes.ts";
import { Cumulative } from "./cumulative.ts";
import { decodeLogs, decodeMetrics, decodeSpans, type Form } from "./decode.ts";
import { Estimator } from "./estimator.ts";
import { findingOf } from "./finding-event.ts";
import { Lanes } from "./lanes.ts";
import type { Rooms } from "./overview.ts";
import { programOf, type Program } from "./program.ts";
import type { Reading } from "./readings.ts";
import type { Rollup } from "./rollup.ts";
import { SeenPoints, type PointArrival } from "./seen-points.ts";
import { SeenSpans, type SpanArrival } from "./seen-spans.ts";
import { primitiveStates } from "./snapshot-event.ts";
import { batchOf, type Batch } from "./store.ts";
import { takeSpans, type SpanHarvest } from "./take-spans.ts";
import type { Attributes, LogRecord, MetricGroup, SpanGroup } from "./telemetry.ts";
import { tokenOf } from "./tokens.ts";

/** What became of an accepted request. */
export interface Receipt {
  /** Figures, waits or events that are kept; what is not Holdup's is neither taken nor rejected. */
  readonly taken: number;
  readonly rejected: number;
  /** Spans or points that were kept before, from a request of other bytes. */
  readonly repeated?: number;
  /** One sentence; empty if all was taken. */
  readonly message: string;
}

const ownEvents = "holdup.";
const none: ReadonlyMap<string, Reading> = new Map();

/** Each method throws a DecodeError for a body that it can't read and resolves when what it took is kept. */
export class Ingest {
  readonly #rooms: Rooms;
  readonly #now: () => number;
  readonly #lanes = new Lanes();
  readonly #estimator = new Estimator();
  readonly #seen = new SeenSpans();
  readonly #seenPoints = new SeenPoints();

  constructor(rooms: Rooms, now: () => number) {
    this.#rooms = rooms;
    this.#now = now;
  }

  async metrics(body: Uint8Array, form: Form): Promise<Receipt> {
    const groups = decodeMetrics(body, form);
    const token = tokenOf("metrics", body);
    const streams = streamsOf(groups);
    // A gain is taken from the reading before, which has to be kept by then.
    const lanes = streams.length === 0 ? [] : groups.map(({ resource }) => programKey(resource));
    return this.#lanes.run(lanes, async () => {
      const readings = streams.length === 0 ? none : await this.#rooms.store.readings(streams);
      const arrival = await this.#newPoints(groups);
      try {
        const measured = await this.#measured(token, arrival.groups, readings);
        arrival.keep();
        return { ...measured, repeated: arrival.repeated };
      } finally {
        // What was kept is not forgotten.
        arrival.forget();
      }
    });
  }

  // Only what is kept has come before.
  async #newPoints(groups: readonly MetricGroup[]): Promise<PointArrival> {
    let arrival = this.#seenPoints.arrive(groups);
    for (; arrival.doubt !== undefined; arrival = this.#seenPoints.arrive(groups)) {
      arrival.forget();
      await arrival.doubt;
    }
    return arrival;
  }

  async traces(body: Uint8Array, form: Form): Promise<Receipt> {
    const groups = decodeSpans(body, form);
    const token = tokenOf("traces", body);
    let arrival = this.#seen.arrive();
    let harvest = this.#harvest(groups, arrival);
    // Only what is kept has come before.
    for (; arrival.doubt !== undefined; harvest = this.#harvest(groups, arrival)) {
      arrival.forget();
      await arrival.doubt;
      arrival = this.#seen.arrive();
    }
    return this.#spans(token, harvest, arrival);
  }

  async logs(body: Uint8Array, form: Form): Promise<Receipt> {
    const rejected = new Map<string, number>();
    const findings: KeptFinding[] = [];
    let sent = 0;
    for (const { resource, records } of decodeLogs(body, form)) {
      const program = programOf(resource);
      sent += records.length;
      for (const record of records) {
        const taken = this.#event(program, record);
        if (typeof taken === "string") rejected.set(taken, (rejected.get(taken) ?? 0) + 1);
        else if (taken !== undefined) findings.push(taken);
      }
    }
    const isNew = await this.#rooms.store.add(batchOf(tokenOf("logs", body), { findings }));
    if (isNew) this.#rooms.findings.add(findings);
    return receipt(sent - total(rejected), rejected);
  }

  #harvest(groups: readonly SpanGroup[], arrival: SpanArrival): SpanHarvest {
    const range = { now: this.#now(), maxAgeMs: this.#rooms.store.retentionMs };
    return takeSpans(groups, { estimator: this.#estimator, arrival }, range);
  }

  async #spans(
    token: string,
    { waits, holds, estimate, rejected }: SpanHarvest,
    arrival: SpanArrival,
  ): Promise<Receipt> {
    const { store, series, tally } = this.#rooms;
    const { rollups } = estimate;
    try {
      if (await store.add(batchOf(token, { waits, holds, rollups }))) {
        this.#estimator.keep(estimate);
        series.add(rollups);
        tally.add(rollups);
      }
      arrival.keep();
    } finally {
      // What was kept is not forgotten.
      arrival.forget();
    }
    return { ...receipt(waits.length, rejected), repeated: arrival.repeated };
  }

  async #measured(
    token: string,
    groups: readonly MetricGroup[],
    readings: ReadonlyMap<string, Reading>,
  ): Promise<Receipt> {
    const { store, current, series, coverage, status, tally, clocks } = this.#rooms;
    const now = this.#now();
    clocks.hear(groups, now);
    const streams = new Cumulative(readings);
    const result = aggregate(groups, streams, { now, maxAgeMs: store.retentionMs });
    for (const { resource } of groups) current.heard(programOf(resource));
    for (const presence of result.presences) current.tell(presence);
    const rollups = [...result.rollups, ...this.#waiting(result.presences, now)];
    // What the store refuses has not arrived, unless it is sent again; what it knew already arrived before.
    let loopPoints = 0;
    if (await this.#keeps(batchOf(token, { rollups, readings: streams.changed }), result.presences)) {
      loopPoints = this.#rooms.eventLoops.add(groups);
      for (const [name, count] of result.losses) status.drop(name, count);
      for (const stretch of result.stretches) coverage.receive(stretch);
      series.add(rollups);
      tally.add(rollups);
    }
    this.#estimator.measured(rollups);
    return receipt(result.rollups.length + result.presences.length + loopPoints, result.rejected, [
      ...result.warned,
      ...warningOf(store.crowded(result.rollups)),
    ]);
  }

  // What is refused or known was told for nothing: told once more, a value that is to be added would count twice.
  async #keeps(batch: Batch, presences: readonly Presence[]): Promise<boolean> {
    let isNew = false;
    try {
      isNew = await this.#rooms.store.add(batch);
    } finally {
      if (!isNew) this.#takeBack(presences);
    }
    return isNew;
  }

  #takeBack(presences: readonly Presence[]): void {
    for (const presence of presences) {
      if (presence.relative) this.#rooms.current.tell({ ...presence, value: -presence.value });
    }
  }

  // A finding, or why the record is rejected.
  #event(program: Program, record: LogRecord): KeptFinding | string | undefined {
    const name = eventName(record);
    if (name === event.finding) return findingOf(program, record, this.#now());
    if (name === event.snapshot) this.#rooms.current.show(program, primitiveStates(record.body));
    return name.startsWith(ownEvents) ? undefined : "only holdup events are stored";
  }

  // Whoever waits belongs into history at once: if the wait never ends, nothing else tells of it.
  #waiting(presences: readonly Presence[], time: number): Rollup[] {
    const primitives = new Map<string, Presence>();
    for (const presence of presences) {
      if (presence.kind !== "waiters") continue;
      primitives.set(JSON.stringify([presence.service, presence.type, presence.name]), presence);
    }
    return [...primitives.values()].flatMap(({ service, type, name }) => {
      const waiters = this.#rooms.current.waiters({ service, type, name });
      if (waiters === 0) return [];
      const series = { service, type, name, operation: "", outcome: "", waiterSite: null, holderSite: null };
      return [{ series, time, measure: { kind: "waiters", waiters } }];
    });
  }
}

function receipt(
  taken: number,
  reasons: ReadonlyMap<string, number>,
  warnings: Iterable<string> = [],
): Receipt {
  return { taken, rejected: total(reasons), message: [...reasons.keys(), ...warnings].join("; ") };
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function warningOf(crowded: number): string[] {
  if (crowded === 0) return [];
  return [
    `${crowded} points count in rows of others, as there is no room to tell more series apart; use fewer names of primitives`,
  ];
}

function programKey(resource: Attributes): string {
  const { service, instance } = programOf(resource);
  return JSON.stringify([service, instance]);
}

// Older SDKs have no field for the name of an event.
function eventName({ eventName: name, attributes }: LogRecord): string {
  return name === "" ? textOf(attributes, "event.name") : name;
}
