import { hotSpotKey, type HotSpot } from "@holdup/protocol";
import { useState, type ReactNode } from "react";
import { BlockedChart } from "../charts/blocked-chart.tsx";
import { DurationChart } from "../charts/duration-chart.tsx";
import { getPlace, goTo, moveTo, usePlace, type Group } from "../location.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import type { RowOrder } from "../row-order.ts";
import type { Told } from "../sentence.ts";
import { HotSpotTable } from "./hot-spot-table.tsx";
import { sortWithin } from "./own-columns.ts";
import { TableTools } from "./table-tools.tsx";
import { Tiles } from "./tiles.tsx";
import { useHotSpots, type HotSpots as Found } from "./use-hot-spots.ts";
import { useRowOrder } from "./use-row-order.ts";
import { Verdict } from "./verdict.tsx";

/** Which primitive makes everyone wait: the ranking, and the selected one in a sentence and two charts. */
export function HotSpots(): ReactNode {
  const place = usePlace();
  const found = useHotSpots();
  const { rows } = found;
  const recorded = useRecorded() !== undefined;
  const [held, setHeld] = useState(false);
  const order = useRowOrder(rows, sortWithin(place.group, place.sort, recorded), held);
  const row = useSelectedRow(order, rows);
  const spot = rows.get(row);
  const byKind = place.group === "kind";
  const key = spot === undefined || byKind ? "" : hotSpotKey(spot);
  return (
    <div className="hot-spots">
      <Tiles found={found} />
      {spot !== undefined && !byKind && (
        <Verdict id={key} spot={spot} found={found} told={toldOf(place.group)} />
      )}
      <section className="panel ranking" aria-label="Ranking">
        <TableTools
          spots={order.keys.flatMap((one) => rows.get(one) ?? [])}
          total={found.total}
          held={held}
        />
        {rows.size === 0 ? (
          <p className="ranking-none">{words(found)}</p>
        ) : (
          <HotSpotTable
            rows={rows}
            order={order}
            selected={row}
            seconds={found.seconds}
            onSelect={(one) => select(one, rows)}
            onOpen={(one) => open(rows.get(one))}
            onHold={setHeld}
          />
        )}
      </section>
      <div className="lower">
        <BlockedChart selected={key} onSelect={(selected) => moveTo({ selected, own: {} })} />
        {spot !== undefined && !byKind && (
          <section className="panel details" aria-label="How long it took" key={key}>
            <DurationChart id={key} name={spot.primitive.name} measure="wait" />
            {/* When holds were how long is not in a recording. */}
            {!recorded && <DurationChart id={key} name={spot.primitive.name} measure="hold" />}
          </section>
        )}
      </div>
    </div>
  );
}

function toldOf(group: Group): Told {
  return group === "waiter" || group === "holder" ? group : "primitive";
}

function words({ phase, total }: Found): string {
  if (phase === "asking") return "Asking …";
  if (phase === "failed") return "The collector did not answer. Asking again by itself.";
  return total === 0 ? "Nothing was used in this time." : "Nothing of that name, kind, service or line.";
}

// The primitive is what other views know, the row is this table's own.
function select(key: string, rows: ReadonlyMap<string, HotSpot>): void {
  const spot = rows.get(key);
  if (spot === undefined) return;
  if (getPlace().group === "kind") moveTo({ own: { row: key } });
  else moveTo({ selected: hotSpotKey(spot), own: getPlace().group === "name" ? {} : { row: key } });
}

// A kind opens to its primitives, all else to the primitive.
function open(spot: HotSpot | undefined): void {
  if (spot === undefined) return;
  if (getPlace().group === "kind") goTo({ group: "name", find: `kind:${spot.primitive.type}`, own: {} });
  else goTo({ view: "primitive", selected: hotSpotKey(spot) });
}

/**
 * The selected row: the address's, else the row that was on top first. It stays while it exists, since
 * details that change their subject whenever two rows swap can't be read.
 */
function useSelectedRow(order: RowOrder, rows: ReadonlyMap<string, HotSpot>): string {
  const { selected, own } = usePlace();
  const [first, setFirst] = useState(order.keys[0] ?? "");
  const chosen = own["row"] ?? selected;
  if (chosen !== undefined && order.ranks.has(chosen)) return chosen;
  const ofPrimitive = order.keys.find((key) => {
    const spot = rows.get(key);
    return selected !== undefined && spot !== undefined && hotSpotKey(spot) === selected;
  });
  if (ofPrimitive !== undefined) return ofPrimitive;

  const top = order.ranks.has(first) ? first : (order.keys[0] ?? "");
  if (top !== first) setFirst(top);
  return top;
}
