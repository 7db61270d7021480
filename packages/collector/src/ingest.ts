/** The way of a request's body through the collector: decode, aggregate, keep. */

import { event, type KeptFinding } from "@holdup/protocol";
import { aggregate, type Presence } from "./aggregate.ts";
import { textOf } from "./attributes.ts";
import { decodeLogs, decodeMetrics, decodeSpans, type Form } from "./decode.ts";
import { findingOf } from "./finding-event.ts";
import { keptWait } from "./kept-wait.ts";
import type { Rooms } from "./overview.ts";
import { programOf, type Program } from "./program.ts";
import type { Rollup } from "./rollup.ts";
import { primitiveStates } from "./snapshot-event.ts";
import type { LogRecord, Span } from "./telemetry.ts";

/** What of an accepted request was not taken. */
export interface Receipt {
  readonly rejected: number;
  /** One sentence; empty if all was taken. */
  readonly message: string;
}

const allTaken: Receipt = { rejected: 0, message: "" };
const ownEvents = "holdup.";

/** Each method throws a DecodeError for a body that it can't read and resolves when what it took is kept. */
export class Ingest {
  readonly #rooms: Rooms;
  readonly #now: () => number;

  constructor(rooms: Rooms, now: () => number) {
    this.#rooms = rooms;
    this.#now = now;
  }

  async metrics(body: Uint8Array, form: Form): Promise<Receipt> {
    const { store, current, series, streams, coverage, status } = this.#rooms;
    const now = this.#now();
    const groups = decodeMetrics(body, form);
    const result = aggregate(groups, streams, { now, maxAgeMs: store.retentionMs });
    for (const { resource } of groups) current.heard(programOf(resource));
    for (const presence of result.presences) current.tell(presence);
    for (const [name, count] of result.losses) status.drop(name, count);
    const rollups = [...result.rollups, ...this.#waiting(result.presences, now)];
    await store.add(rollups);
    series.add(rollups);
    // Only now: what the store refuses does not arrive, unless it is sent again.
    for (const stretch of result.stretches) coverage.receive(stretch);
    return receipt(result.rejected);
  }

  async traces(body: Uint8Array, form: Form): Promise<Receipt> {
    const groups = decodeSpans(body, form);
    const waits = groups.flatMap(({ resource, spans }) => {
      const program = programOf(resource);
      return spans.filter(identified).flatMap((span) => keptWait(program, span) ?? []);
    });
    await this.#rooms.store.addWaits(waits);
    const anonymous = groups.flatMap(({ spans }) => spans).filter((span) => !identified(span)).length;
    return receipt(new Map([["a span has no trace id or span id", anonymous]]));
  }

  async logs(body: Uint8Array, form: Form): Promise<Receipt> {
    const rejected = new Map<string, number>();
    const findings: KeptFinding[] = [];
    for (const { resource, records } of decodeLogs(body, form)) {
      const program = programOf(resource);
      for (const record of records) {
        const taken = this.#event(program, record);
        if (typeof taken === "string") rejected.set(taken, (rejected.get(taken) ?? 0) + 1);
        else if (taken !== undefined) findings.push(taken);
      }
    }
    this.#rooms.findings.add(findings);
    return receipt(rejected);
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

function receipt(reasons: ReadonlyMap<string, number>): Receipt {
  const found = [...reasons].filter(([, count]) => count > 0);
  if (found.length === 0) return allTaken;
  return {
    rejected: found.reduce((sum, [, count]) => sum + count, 0),
    message: found.map(([reason]) => reason).join("; "),
  };
}

function identified({ traceId, spanId }: Span): boolean {
  return /[^0]/.test(traceId) && /[^0]/.test(spanId);
}

// Older SDKs have no field for the name of an event.
function eventName({ eventName: name, attributes }: LogRecord): string {
  return name === "" ? textOf(attributes, "event.name") : name;
}
