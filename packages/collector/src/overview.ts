/** All that a viewer can ask: the store's history joined with what is so right now. */

import type {
  CollectorStatus,
  EventLoopHistory,
  HotSpot,
  KeptFinding,
  Page,
  PrimitiveDetail,
  ServiceInfo,
  WaitGraphItem,
} from "@holdup/protocol";
import type { ClockSkews } from "./clock-skew.ts";
import type { Coverage } from "./coverage.ts";
import type { CurrentState, PrimitiveName } from "./current.ts";
import type { EventLoopQuery, EventLoops } from "./event-loops.ts";
import type { FindingBook } from "./finding-book.ts";
import type { Pending } from "./pending.ts";
import type { SeriesBoard } from "./series.ts";
import { version, type Status } from "./status.ts";
import type { Tally } from "./tally.ts";
import type { FindingQuery, HotSpotQuery, PrimitiveQuery, Store } from "./store.ts";

/** The rooms that hold what viewers ask for. */
export interface Rooms {
  readonly store: Store;
  readonly current: CurrentState;
  readonly series: SeriesBoard;
  readonly findings: FindingBook;
  readonly eventLoops: EventLoops;
  readonly coverage: Coverage;
  readonly status: Status;
  readonly tally: Tally;
  readonly pending: Pending;
  readonly clocks: ClockSkews;
}

export class Overview {
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** `total` is how many there are on all pages. */
  async hotSpots(query: HotSpotQuery): Promise<Page<HotSpot> & { readonly total: number }> {
    const { items, next, total } = await this.#rooms.store.hotSpots(query);
    const rows: HotSpot[] = [];
    for (const row of items) rows.push({ ...row, waiters: this.#rooms.current.waiters(nameOf(row)) });
    return { items: rows, next, total };
  }

  async primitive(query: PrimitiveQuery): Promise<PrimitiveDetail | undefined> {
    const history = await this.#rooms.store.primitive(query);
    if (history === undefined) return undefined;
    const { current } = this.#rooms;
    const name = nameOf(history);
    return {
      ...history,
      waiters: current.waiters(name),
      holders: current.holders(name),
      state: current.state(name),
    };
  }

  async waitGraph(service: string | undefined): Promise<Page<WaitGraphItem>> {
    return { items: this.#rooms.current.graph(service), next: null };
  }

  async findings(query: FindingQuery): Promise<Page<KeptFinding>> {
    return this.#rooms.store.findings(query);
  }

  async eventLoops(query: EventLoopQuery): Promise<Page<EventLoopHistory>> {
    return { items: this.#rooms.eventLoops.history(query), next: null };
  }

  async services(): Promise<ServiceInfo[]> {
    const { store, current } = this.#rooms;
    const services: ServiceInfo[] = [];
    for (const service of await store.services()) {
      services.push({ ...service, instances: current.instances(service.name) });
    }
    return services;
  }

  /** What arrived but is not kept, and how many seconds of a service never arrived, by reason. */
  async dropped(): Promise<Record<string, number>> {
    const { store, current, series, coverage, status } = this.#rooms;
    return onlyPositive({
      ...status.dropped,
      ...notReceived(coverage.lostSeconds),
      ...(await store.dropped()),
      "live series": series.dropped,
      "current state": current.dropped,
      "event loops": this.#rooms.eventLoops.forgotten,
    });
  }

  async status(): Promise<CollectorStatus> {
    const { store, status, pending, current, clocks } = this.#rooms;
    const services = await store.services();
    const { trouble, occupancy } = await store.health();
    return {
      version,
      startedAt: status.startedAt,
      durable: store.durable,
      store: store.kind,
      requests: { accepted: status.accepted, refused: status.refused },
      dropped: await this.dropped(),
      retentionSeconds: store.retentionMs / 1000,
      maxPendingBytes: pending.maxBytes,
      trouble,
      occupancy: {
        "pending bytes": { used: pending.bytes, max: pending.maxBytes },
        "current state bytes": { used: current.bytes, max: current.maxBytes },
        ...occupancy,
      },
      clockSkew: clocks.skews(),
      repeatedSpans: status.signals.traces.repeated,
      repeatedPoints: status.signals.metrics.repeated,
      lastReceivedAt: status.lastReceivedAt,
      viewers: status.viewers,
      services: services.map(({ name }) => name),
      knownSince: Object.fromEntries(services.map(({ name, firstSeenAt }) => [name, firstSeenAt])),
    };
  }
}

function nameOf({ service, primitive }: Pick<HotSpot, "service" | "primitive">): PrimitiveName {
  return { service, ...primitive };
}

function notReceived(seconds: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(seconds).map(([service, count]) => [`seconds of ${service} not received`, count]),
  );
}

function onlyPositive(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
