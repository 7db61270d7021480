/** All that a viewer can ask: the store's history joined with what is so right now. */

import type { CollectorStatus, HotSpot, PrimitiveState } from "@holdup/protocol";
import type { CurrentState, PrimitiveName } from "./current.ts";
import type { Cumulative } from "./cumulative.ts";
import type { PrimitiveHistory } from "./primitive-history.ts";
import type { SeriesBoard } from "./series.ts";
import { version, type Status } from "./status.ts";
import type { HotSpotQuery, Page, PrimitiveQuery, ServiceSummary, Store } from "./store.ts";

/** A service, and how many of its processes were heard of in the last half minute. */
export interface ServiceInfo extends ServiceSummary {
  readonly instances: number;
}

/** A primitive's history and its state right now. */
export interface PrimitiveDetail extends PrimitiveHistory {
  /** How many wait and hold right now. */
  readonly waiters: number;
  readonly holders: number;
  /** Who waits and holds right now; null while nobody waits. */
  readonly state: PrimitiveState | null;
}

/** The rooms that hold what viewers ask for. */
export interface Rooms {
  readonly store: Store;
  readonly current: CurrentState;
  readonly series: SeriesBoard;
  readonly streams: Cumulative;
  readonly status: Status;
}

export class Overview {
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  async hotSpots(query: HotSpotQuery): Promise<Page<HotSpot>> {
    const { items, next } = await this.#rooms.store.hotSpots(query);
    const rows: HotSpot[] = [];
    for (const row of items) rows.push({ ...row, waiters: this.#rooms.current.waiters(nameOf(row)) });
    return { items: rows, next };
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

  async services(): Promise<ServiceInfo[]> {
    const { store, current } = this.#rooms;
    const services: ServiceInfo[] = [];
    for (const service of await store.services()) {
      services.push({ ...service, instances: current.instances(service.name) });
    }
    return services;
  }

  async status(): Promise<CollectorStatus> {
    const { store, current, series, streams, status } = this.#rooms;
    const services = await store.services();
    return {
      version,
      startedAt: status.startedAt,
      durable: store.durable,
      store: store.kind,
      requests: { accepted: status.accepted, refused: status.refused },
      dropped: onlyPositive({
        ...status.dropped,
        ...(await store.dropped()),
        "live series": series.dropped,
        "cumulative streams": streams.forgotten,
        "current state": current.dropped,
      }),
      lastReceivedAt: status.lastReceivedAt,
      viewers: status.viewers,
      services: services.map(({ name }) => name),
    };
  }
}

function nameOf({ service, primitive }: Pick<HotSpot, "service" | "primitive">): PrimitiveName {
  return { service, ...primitive };
}

function onlyPositive(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
