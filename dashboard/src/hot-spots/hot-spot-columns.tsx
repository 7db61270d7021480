import { createColumnHelper, rowSortingFeature, tableFeatures } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { formatCount } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { formatShare } from "../share.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import type { RankedSpot } from "./ranked-spot.ts";
import { ShareBar } from "./share-bar.tsx";
import { SiteLabel } from "./site-label.tsx";

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
    cell: ({ row }) => <NameAndType {...row.original} />,
  }),
  column.accessor("spot.waiters", {
    id: "waiters",
    header: "Waiting now",
    sortDescFirst: true,
    cell: (cell) => <span data-waiting={cell.getValue() > 0}>{formatCount(cell.getValue())}</span>,
  }),
  column.accessor("spot.operations", {
    id: "operations",
    header: "Operations",
    sortDescFirst: true,
    cell: ({ row }) => <Operations {...row.original} />,
  }),
  column.accessor("spot.blameSeconds", {
    id: "blameSeconds",
    header: "Waiting caused",
    sortDescFirst: true,
    cell: ({ row }) => <ShareBar {...row.original.spot} />,
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

// The pixels that the table needs for these columns, beside all that stay. See table.css.
const leaving = [
  { id: "operations", from: 1160 },
  { id: "waitP50", from: 1000 },
];

const fewer = leaving.map((_, index) => {
  const gone = new Set<string | undefined>(leaving.slice(0, index + 1).map(({ id }) => id));
  return columns.filter(({ id }) => !gone.has(id));
});

/** The columns that a table of so many pixels has room for: what matters least leaves first. */
export function columnsFor(width: number): readonly (typeof columns)[number][] {
  const gone = leaving.filter(({ from }) => width < from).length;
  return fewer[gone - 1] ?? columns;
}

function NameAndType({ spot, namesService }: RankedSpot): ReactNode {
  const { name, type } = spot.primitive;
  return (
    <span className="two-lines">
      <PrimitiveName name={name} />
      <span className="second-line" title={spot.exact ? undefined : "Estimated from sampled spans"}>
        <bdi>{type}</bdi>
        {namesService && (
          <>
            {" · "}
            <bdi>{spot.service}</bdi>
          </>
        )}
        {!spot.exact && " · estimated"}
      </span>
    </span>
  );
}

function Operations({ spot }: RankedSpot): ReactNode {
  const contended = spot.operations === 0 ? 0 : spot.contended / spot.operations;
  return (
    <span className="two-lines">
      <span>{formatCount(spot.operations)}</span>
      <span className="second-line">{formatShare(contended)} waited</span>
    </span>
  );
}

function Seconds({ value }: { readonly value: number }): ReactNode {
  return (
    <data value={value} data-zero={value === 0}>
      {formatDuration(value)}
    </data>
  );
}

function Waiter({ spot, selected }: RankedSpot): ReactNode {
  if (spot.waiterSite === null) return <span className="nobody">–</span>;
  return <SiteLabel site={spot.waiterSite} tabIndex={selected ? 0 : -1} />;
}

function Holder({ spot, selected }: RankedSpot): ReactNode {
  if (spot.holderSite !== null) return <SiteLabel site={spot.holderSite} tabIndex={selected ? 0 : -1} />;
  if (spot.blameSeconds === 0) return <span className="nobody">–</span>;
  return (
    <span className="nobody" title="The waiting happened while nobody held it">
      nobody
    </span>
  );
}
