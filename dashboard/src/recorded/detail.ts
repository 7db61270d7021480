import {
  distributionOf,
  type HistoryPoint,
  type HolderSite,
  type PrimitiveDetail,
  type WaitGraphItem,
  type WaiterSite,
} from "@holdup/protocol";
import type { PrimitiveRecord } from "@holdup/recording";
import { together } from "./together.ts";
import { activitiesOf, holderPlace, isSamePlace, matrixOf } from "./places.ts";

/** What of a primitive's detail is not in its record. */
export interface DetailFacts {
  readonly service: string;
  readonly course: readonly HistoryPoint[];
  readonly stepSeconds: number;
  /** Who held and who waited when the run ended, of each object of that name. */
  readonly open: readonly WaitGraphItem[];
}

/** Everything that a recording knows of one primitive. */
export function detailOf(record: PrimitiveRecord, facts: DetailFacts): PrimitiveDetail {
  const { name, type, operations, contended, blockedMs, waits, holds, handoffs } = record;
  const { service, course, stepSeconds, open } = facts;
  const [waiters, holders] = [open.flatMap((item) => item.waiters), open.flatMap((item) => item.holders)];
  return {
    service,
    primitive: { name, type },
    operations,
    contended,
    blameSeconds: blockedMs / 1000,
    wait: distributionOf(together([waits])),
    hold: distributionOf(together(holds.map(({ durations }) => durations))),
    handoff: distributionOf(together([handoffs])),
    series: course,
    stepSeconds,
    waiterSites: waiterSites(record),
    holderSites: holderSites(record),
    matrix: matrixOf(record),
    activities: activitiesOf(record),
    // How often operations ended in which way is not in a recording.
    outcomes: [],
    waiters: waiters.length,
    holders: holders.length,
    state: waiters.length === 0 ? null : { name, type, waiters, holders },
  };
}

function waiterSites({ byWaiter }: PrimitiveRecord): WaiterSite[] {
  return byWaiter
    .toSorted((a, b) => b.blockedMs - a.blockedMs || b.operations - a.operations)
    .map(({ site, operations, blockedMs }) => ({
      site,
      operations,
      contended: Number.NaN,
      waitSeconds: blockedMs / 1000,
      waitP50: Number.NaN,
      waitP99: Number.NaN,
    }));
}

function holderSites({ byHolder, holds, unattributedMs }: PrimitiveRecord): HolderSite[] {
  const held = byHolder.map(({ site, holds: count, holdMs, blameMs }) => ({
    site: holderPlace(site),
    holds: count,
    holdSeconds: holdMs / 1000,
    holdP99: together(
      holds.filter((hold) => isSamePlace(hold.site, site)).map(({ durations }) => durations),
    ).quantile(0.99),
    blameSeconds: blameMs / 1000,
  }));
  const nobody = { site: null, holds: 0, holdSeconds: 0, holdP99: 0, blameSeconds: unattributedMs / 1000 };
  return [...held, ...(unattributedMs > 0 ? [nobody] : [])].toSorted(
    (a, b) => b.blameSeconds - a.blameSeconds || b.holdSeconds - a.holdSeconds,
  );
}
