import { useState, type ReactNode } from "react";
import { BlockedChart } from "../charts/blocked-chart.tsx";
import { moveTo, usePlace } from "../location.ts";
import type { RowOrder } from "../row-order.ts";
import { useHoldup } from "../store.ts";
import { HotSpotTable } from "./hot-spot-table.tsx";
import { PrimitiveEvidence } from "./primitive-evidence.tsx";
import { PrimitiveDetails } from "./primitive-details.tsx";
import { Tiles } from "./tiles.tsx";
import { useRowOrder } from "./use-row-order.ts";

/** Which primitive makes everyone wait: the ranking, and the selected one in detail. */
export function HotSpots(): ReactNode {
  const place = usePlace();
  const rows = useHoldup((state) => state.rows);
  const [held, setHeld] = useState(false);
  const order = useRowOrder(rows, place.sort, held);
  const selected = useSelected(order);
  const spot = rows.get(selected);
  return (
    <>
      <div className="hot-spots">
        <Tiles />
        <HotSpotTable
          rows={rows}
          order={order}
          selected={selected}
          held={held}
          onSelect={select}
          onHold={setHeld}
        />
        <div className="lower">
          <BlockedChart selected={selected} onSelect={select} />
          {spot !== undefined && <PrimitiveDetails key={selected} id={selected} spot={spot} />}
        </div>
      </div>
      {spot !== undefined && <PrimitiveEvidence key={selected} id={selected} spot={spot} />}
    </>
  );
}

function select(key: string): void {
  moveTo({ selected: key });
}

/**
 * The selected row: the address's, else the row that was on top first. It stays while it exists, since
 * details that change their subject whenever two rows swap can't be read.
 */
function useSelected(order: RowOrder): string {
  const { selected } = usePlace();
  const [first, setFirst] = useState(order.keys[0] ?? "");
  if (selected !== undefined && order.ranks.has(selected)) return selected;

  const top = order.ranks.has(first) ? first : (order.keys[0] ?? "");
  if (top !== first) setFirst(top);
  return top;
}
