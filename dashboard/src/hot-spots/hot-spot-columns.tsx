import { hotSpotKey, type HotSpot } from "@holdup/protocol";
import { createColumnHelper, rowSortingFeature, tableFeatures } from "@tanstack/react-table";
import { memo, type ReactNode } from "react";
import { countOf, formatCount } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { isReport, useIsLive } from "../location.ts";
import { formatRatePerSecond } from "../rate.ts";
import { formatShare } from "../share.ts";
import { PlaceLink } from "../place-link.tsx";
import { PrimitiveName } from "../primitive-name.tsx";
import { FindingMarks } from "./finding-marks.tsx";
import type { RankedSpot } from "./ranked-spot.ts";
import { ShareBar } from "./share-bar.tsx";
import { SiteLabel } from "./site-label.tsx";
import { Trend } from "./trend.tsx";
import { useKnownSeconds } from "./use-known-seconds.ts";

/** What the table can do; ordering is done outside, where an order can be held. */
export const features = tableFeatures({ rowSortingFeature });

const column = createColumnHelper<typeof features, RankedSpot>();

/** The columns, in the order of the questions: which, how much now, at what cost, whose line. */
export const columns = column.columns([
  column.accessor("rank", { id: "rank", header: "#", enableSorting: false }),
  column.accessor("spot.primitive.name", {
    id: "name",
    header: "Primitive",
    sortDescFirst: false,
    cell: ({ row: { original: row } }) => (
      <NameAndType
        service={row.spot.service}
        primitive={row.spot.primitive}
        exact={row.spot.exact}
        namesService={row.namesService}
        selected={row.selected}
        kind={row.kind}
      />
    ),
  }),
  column.accessor("spot.waiters", {
    id: "waiters",
    header: "Waiting now",
    sortDescFirst: true,
    cell: (cell) => <WaitingNow waiters={cell.getValue()} />,
  }),
  column.accessor("spot.operations", {
    id: "operations",
    header: "Operations/s",
    sortDescFirst: true,
    cell: ({ row }) => <Operations {...row.original} />,
  }),
  column.accessor("spot.blameSeconds", {
    id: "blameSeconds",
    header: "Waiting caused",
    sortDescFirst: true,
    cell: ({ row }) => <ShareBar {...row.original.spot} />,
  }),
  column.display({
    id: "trend",
    header: () => (isReport ? "Over the run" : "Last 2 min"),
    cell: ({ row }) => <Trend id={row.original.key} name={row.original.spot.primitive.name} />,
  }),
  column.accessor("spot.waitP50", {
    id: "waitP50",
    header: "Wait p50",
    sortDescFirst: true,
    cell: (cell) => <Seconds value={cell.getValue()} />,
  }),
  column.accessor("spot.waitP99", {
    id: "waitP99",
    header: "Wait p99",
    sortDescFirst: true,
    cell: (cell) => <Seconds value={cell.getValue()} />,
  }),
  column.accessor("spot.holdP99", {
    id: "holdP99",
    header: "Hold p99",
    sortDescFirst: true,
    cell: (cell) => <Seconds value={cell.getValue()} />,
  }),
  column.display({ id: "waiter", header: "Waited for at", cell: ({ row }) => <Waiter {...row.original} /> }),
  column.display({ id: "holder", header: "Held at", cell: ({ row }) => <Holder {...row.original} /> }),
]);

// In pixels, as in table.css; sites are cut where there is less for them than reads well.
const widths: Readonly<Record<string, number>> = {
  rank: 38,
  name: 170,
  waiters: 92,
  operations: 96,
  blameSeconds: 154,
  trend: 108,
  waitP50: 74,
  waitP99: 74,
  holdP99: 78,
  waiter: 150,
  holder: 150,
};

// Whose line holds says more than whose waits.
const leaving = ["operations", "trend", "waitP50", "waiter"];

type Columns = readonly (typeof columns)[number][];
const made = new Map<string, Columns>();

/**
 * The columns that a table of so many pixels has room for: what matters least leaves first. `without` are columns of
 * which these rows have nothing. The same columns are the same array, so that the table isn't made anew.
 */
export function columnsFor(width: number, without: readonly string[] = []): Columns {
  let left: Columns = columns.filter(({ id = "" }) => !without.includes(id));
  for (const least of leaving) {
    if (widthOf(left) <= width) break;
    left = left.filter(({ id }) => id !== least);
  }
  const key = left.map(({ id }) => id).join();
  const known = made.get(key) ?? left;
  made.set(key, known);
  return known;
}

function widthOf(some: Columns): number {
  return some.reduce((sum, { id = "" }) => sum + (widths[id] ?? 0), 0);
}

type NameAndTypeProps = Pick<HotSpot, "service" | "primitive" | "exact"> &
  Pick<RankedSpot, "namesService" | "selected" | "kind">;

// Unlike the figures these stay the same from one message to the next, down to the objects.
const NameAndType = memo(function NameAndType(props: NameAndTypeProps): ReactNode {
  const { service, primitive, exact, namesService, selected, kind } = props;
  const { name, type } = primitive;
  return (
    <span className="two-lines">
      <span className="name-line">
        {kind ? (
          <bdi className="name">{type}</bdi>
        ) : (
          <PlaceLink to={{ view: "primitive", selected: hotSpotKey(props) }} tabIndex={selected ? 0 : -1}>
            <PrimitiveName name={name} />
          </PlaceLink>
        )}
        <FindingMarks spot={props} />
      </span>
      <span className="second-line" title={exact ? undefined : "Estimated from sampled spans"}>
        <bdi>{kind ? name : type}</bdi>
        {namesService && (
          <>
            {" · "}
            <bdi>{service}</bdi>
          </>
        )}
        {!exact && " · estimated"}
      </span>
    </span>
  );
});

// Who waited then is not kept; who waits now is not about the time that is shown.
function WaitingNow({ waiters }: { readonly waiters: number }): ReactNode {
  if (!useIsLive()) return <span className="nobody">–</span>;
  return <span data-waiting={waiters > 0}>{formatCount(waiters)}</span>;
}

function Operations({ spot, seconds }: RankedSpot): ReactNode {
  const known = useKnownSeconds(spot.service, seconds);
  const contended = spot.operations === 0 ? 0 : spot.contended / spot.operations;
  return (
    <span className="two-lines">
      <span title={countOf(spot.operations, "operation")}>
        {formatRatePerSecond(spot.operations / known)}
      </span>
      {/* Of a line in a recording it is not known. */}
      {!Number.isNaN(contended) && <span className="second-line">{formatShare(contended)} waited</span>}
    </span>
  );
}

const Seconds = memo(function Seconds({ value }: { readonly value: number }): ReactNode {
  return (
    <data value={value} data-zero={value === 0}>
      {formatDuration(value)}
    </data>
  );
});

const SteadySite = memo(SiteLabel);

function Waiter({ spot, selected }: RankedSpot): ReactNode {
  if (spot.waiterSite === null) return <span className="nobody">–</span>;
  return <SteadySite site={spot.waiterSite} tabIndex={selected ? 0 : -1} />;
}

function Holder({ spot, selected }: RankedSpot): ReactNode {
  if (spot.holderSite !== null) return <SteadySite site={spot.holderSite} tabIndex={selected ? 0 : -1} />;
  if (spot.blameSeconds === 0) return <span className="nobody">–</span>;
  return (
    <span className="nobody" title="The waiting happened while nobody held it">
      nobody
    </span>
  );
}
