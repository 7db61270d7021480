/** What the collector told at one moment, and the order in which its rows are shown. */

import {
  hotSpotKey,
  type HotSpot,
  type KeptFinding,
  type PrimitiveDetail,
  type ServiceInfo,
} from "@holdup/protocol";

/** A hot spot, and what it comes to per second of the window. */
export interface Row {
  /** `hotSpotKey` of the spot. */
  readonly key: string;
  readonly spot: HotSpot;
  /** Seconds of waiting caused per second. */
  readonly blameRate: number;
  readonly operationRate: number;
}

export interface Report {
  /** Unix ms, on the collector's clock. */
  readonly time: number;
  /** The first moment that the rows are about. */
  readonly from: number;
  readonly services: readonly ServiceInfo[];
  readonly rows: readonly Row[];
  /** Whether there are rows that cost less than these. */
  readonly more: boolean;
  /** Of the last quarter of an hour, newest first. */
  readonly findings: readonly KeptFinding[];
}

/** Everything of one primitive; null if the collector knows nothing of it in the window. */
export interface Detail {
  readonly key: string;
  readonly primitive: PrimitiveDetail | null;
}

/** The rows of an answer. A program that is younger than the window is measured by its age. */
export function rowsOf(
  spots: readonly HotSpot[],
  { services, from, time }: Pick<Report, "services" | "from" | "time">,
): Row[] {
  const born = new Map(services.map(({ name, firstSeenAt }) => [name, firstSeenAt]));
  return spots.map((spot) => {
    const since = Math.max(from, born.get(spot.service) ?? from);
    const seconds = Math.max(1, (time - since) / 1000);
    return {
      key: hotSpotKey(spot),
      spot,
      blameRate: spot.blameSeconds / seconds,
      operationRate: spot.operations / seconds,
    };
  });
}

/** What rows can be sorted by. */
export type SortColumn = "share" | "waiters" | "waitP99" | "operations" | "name";

export interface Sort {
  readonly column: SortColumn;
  /** Least first, or names from the end. */
  readonly reversed: boolean;
}

/** The rows in their order: most first, names from A; equal ones always in the same order. */
export function sorted(rows: readonly Row[], { column, reversed }: Sort): Row[] {
  const direction = reversed ? -1 : 1;
  return rows.toSorted((a, b) => direction * compare(a, b, column) || (a.key < b.key ? -1 : 1));
}

function compare(a: Row, b: Row, column: SortColumn): number {
  if (column === "name") return a.spot.primitive.name.localeCompare(b.spot.primitive.name);
  if (column === "operations") return b.operationRate - a.operationRate;
  return b.spot[column] - a.spot[column];
}
