/** The primitives of a recording as hot spots: whole, by the line that waited, or by the line that held. */

import {
  longestActivities,
  type Grouping,
  type HotSpot,
  type MatrixEntry,
  type Site,
} from "@holdup/protocol";
import type { PrimitiveRecord } from "@holdup/recording";
import { together } from "./together.ts";
import { activitiesOf, holderPlace, isSamePlace, matrixOf, mostBlamed, mostWaiting } from "./places.ts";

/** What of a hot spot is not in a primitive's record. */
export interface SpotFacts {
  readonly service: string;
  /** How many waited still when the run ended. */
  readonly waiters: number;
}

/** The rows that a primitive has in a grouping; their shares are of nothing yet. */
export function spotsOf(record: PrimitiveRecord, by: Grouping, facts: SpotFacts): HotSpot[] {
  const matrix = matrixOf(record);
  const whole = wholeSpot(record, matrix, facts);
  if (by === "primitive") return [withHeld(whole, record)];
  const rows = by === "waiter" ? byWaiter(record, matrix, whole) : byHolder(record, matrix, whole);
  return rows.map((row) => withHeld(row, record));
}

function withHeld(spot: HotSpot, record: PrimitiveRecord): HotSpot {
  const held = activitiesOf(record).find(({ holderSite }) => isSamePlace(holderSite, spot.holderSite));
  return held === undefined ? spot : { ...spot, held: longestActivities(held) };
}

function wholeSpot(record: PrimitiveRecord, matrix: readonly MatrixEntry[], facts: SpotFacts): HotSpot {
  const { name, type, operations, contended, blockedMs, holdMs } = record;
  const waits = together([record.waits]);
  return {
    ...facts,
    primitive: { name, type },
    operations,
    contended,
    waiterSite: mostWaiting(matrix) ?? usualWaiter(record),
    holderSite: mostBlamed(matrix),
    waitSeconds: waits.sum,
    waitP50: waits.quantile(0.5),
    waitP99: waits.quantile(0.99),
    holdSeconds: holdMs / 1000,
    holdP99: together(record.holds.map(({ durations }) => durations)).quantile(0.99),
    blameSeconds: blockedMs / 1000,
    share: 0,
    exact: true,
  };
}

// Where nobody waited, the line that asked most often.
function usualWaiter({ byWaiter: rows }: PrimitiveRecord): Site | null {
  const known = rows.filter(({ site }) => site !== null);
  return known.toSorted((a, b) => b.operations - a.operations)[0]?.site ?? null;
}

// How long the waits of one line took is not in a recording, only how long together.
function byWaiter(
  { byWaiter: rows }: PrimitiveRecord,
  matrix: readonly MatrixEntry[],
  whole: HotSpot,
): HotSpot[] {
  return rows.map(({ site, operations, blockedMs }) => ({
    ...whole,
    waiterSite: site,
    holderSite: mostBlamed(matrix.filter(({ waiterSite }) => isSamePlace(waiterSite, site))),
    operations,
    contended: Number.NaN,
    waitSeconds: blockedMs / 1000,
    waitP50: Number.NaN,
    waitP99: Number.NaN,
    blameSeconds: blockedMs / 1000,
  }));
}

function byHolder(record: PrimitiveRecord, matrix: readonly MatrixEntry[], whole: HotSpot): HotSpot[] {
  const rowOf = (holderSite: Site | null, blameMs: number): HotSpot => ({
    ...whole,
    holderSite,
    waiterSite: mostWaiting(matrix.filter((entry) => isSamePlace(entry.holderSite, holderSite))),
    blameSeconds: blameMs / 1000,
    holdSeconds: 0,
    holdP99: 0,
  });
  const held = record.byHolder.map(({ site, holdMs, blameMs }) => ({
    ...rowOf(holderPlace(site), blameMs),
    holdSeconds: holdMs / 1000,
    holdP99: together(
      record.holds.filter((hold) => isSamePlace(hold.site, site)).map(({ durations }) => durations),
    ).quantile(0.99),
  }));
  const { unattributedMs } = record;
  return unattributedMs > 0 ? [...held, rowOf(null, unattributedMs)] : held;
}
