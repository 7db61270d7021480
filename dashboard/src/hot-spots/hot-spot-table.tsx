import type { HotSpot } from "@holdup/protocol";
import { useTable, type SortingState, type Updater } from "@tanstack/react-table";
import { defaultRangeExtractor, useVirtualizer, type Range, type VirtualItem } from "@tanstack/react-virtual";
import {
  Fragment,
  useEffect,
  useMemo,
  useRef,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import { Icon } from "../icon.tsx";
import { moveTo, usePlace, type Group } from "../location.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { sortColumns, type RowOrder, type Sort } from "../row-order.ts";
import { columnsFor, features } from "./hot-spot-columns.tsx";
import { columnsWithout } from "./own-columns.ts";
import type { RankedSpot } from "./ranked-spot.ts";
import { useWidth } from "./use-width.ts";

// As in table.css; rows of one height need no measuring.
const rowHeight = 44;
const headHeight = 34;

interface HotSpotTableProps {
  readonly rows: ReadonlyMap<string, HotSpot>;
  readonly order: RowOrder;
  readonly selected: string;
  /** The length of time that the rows are about, in seconds. */
  readonly seconds: number;
  readonly onSelect: (key: string) => void;
  readonly onOpen: (key: string) => void;
  readonly onHold: (held: boolean) => void;
}

/** The ranking. Only the rows in sight exist; arrow keys, Home and End move the selection, Enter opens it. */
export function HotSpotTable(props: HotSpotTableProps): ReactNode {
  const { order, selected, onSelect, onOpen, onHold } = props;
  const { group } = usePlace();
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const shown = columnsFor(useWidth(scroller), columnsWithout(group, useRecorded() !== undefined));
  const selectedIndex = order.keys.indexOf(selected);
  const virtualizer = useVirtualizer({
    count: order.keys.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    // The sticky head covers the scroller's first pixels.
    scrollPaddingStart: headHeight,
    overscan: 3,
    // The selected row stays in the page, in sight or not: it is the table's tab stop and may have the focus.
    rangeExtractor: (range) => withIndex(range, selectedIndex),
  });
  const items = virtualizer.getVirtualItems();
  const table = useHotSpotTable(props, items, shown);
  const rows = table.getRowModel().rows;

  useEffect(() => {
    if (selectedIndex >= 0) virtualizer.scrollToIndex(selectedIndex, { align: "auto" });
    // Only a new selection scrolls; a row that changes its rank doesn't take the view along.
  }, [selected]);

  const moveSelection = (event: KeyboardEvent) => {
    if (event.key === "Enter" && event.target instanceof HTMLTableRowElement) onOpen(selected);
    const next = nextIndex(event.key, selectedIndex, order.keys.length);
    const key = next === undefined ? undefined : order.keys[next];
    if (next === undefined || key === undefined) return;
    event.preventDefault();
    onSelect(key);
    virtualizer.scrollToIndex(next, { align: "auto" });
    // After the row was drawn as the selected one, and so exists.
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
  };
  const releaseFocus = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) onHold(false);
  };

  return (
    <div className="table-scroller" ref={scroller}>
      <table role="grid" aria-label="Hot spots" aria-rowcount={order.keys.length + 1}>
        <colgroup>
          {shown.map(({ id }) => (
            <col key={id} className={`column-${id}`} />
          ))}
        </colgroup>
        <thead>
          {table.getHeaderGroups().map((heads) => (
            <tr key={heads.id} aria-rowindex={1}>
              {heads.headers.map((header) => {
                const sorted = header.column.getIsSorted();
                return (
                  <th
                    key={header.id}
                    scope="col"
                    className={`column-${header.id}`}
                    aria-sort={ariaSort(sorted)}
                  >
                    {header.column.getCanSort() ? (
                      <button type="button" onClick={header.column.getToggleSortingHandler()}>
                        <table.FlexRender header={header} />
                        {sorted !== false && <Icon name={sorted === "desc" ? "down" : "up"} />}
                      </button>
                    ) : (
                      <table.FlexRender header={header} />
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody
          ref={body}
          onKeyDown={moveSelection}
          onPointerEnter={() => onHold(true)}
          onPointerLeave={(event) => onHold(event.currentTarget.contains(document.activeElement))}
          onFocus={() => onHold(true)}
          onBlur={releaseFocus}
        >
          {items.map((item, place) => {
            const row = rows[place];
            if (row === undefined) return null;
            const { key } = row.original;
            return (
              <Fragment key={key}>
                <Gap columns={shown.length} height={item.start - (items[place - 1]?.end ?? 0)} />
                <tr
                  aria-rowindex={item.index + 2}
                  aria-selected={key === selected}
                  tabIndex={key === selected ? 0 : -1}
                  onClick={() => onSelect(key)}
                >
                  {row.getAllCells().map((cell) =>
                    cell.column.id === "name" ? (
                      <th key={cell.id} scope="row" className="column-name">
                        <table.FlexRender cell={cell} />
                      </th>
                    ) : (
                      <td key={cell.id} className={`column-${cell.column.id}`}>
                        <table.FlexRender cell={cell} />
                      </td>
                    ),
                  )}
                </tr>
              </Fragment>
            );
          })}
          <Gap columns={shown.length} height={virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  );
}

/** The room of the rows that aren't drawn. */
function Gap({ columns, height }: { readonly columns: number; readonly height: number }): ReactNode {
  if (height <= 0) return null;
  return (
    <tr className="gap" aria-hidden="true">
      <td colSpan={columns} height={height} />
    </tr>
  );
}

// Only the rows in sight are made: of a thousand the table would make eleven thousand cells with every message.
function useHotSpotTable(
  { rows, order, selected, seconds }: HotSpotTableProps,
  items: readonly VirtualItem[],
  columns: ReturnType<typeof columnsFor>,
) {
  const { group } = usePlace();
  const data = useMemo(
    () => rankedSpots({ rows, order, selected, seconds }, items, group),
    [rows, order, selected, seconds, items, group],
  );
  const sorting = useMemo(() => [{ id: order.sort.column, desc: order.sort.descending }], [order.sort]);
  return useTable({
    features,
    columns,
    data,
    getRowId: (row) => row.key,
    manualSorting: true,
    enableSortingRemoval: false,
    state: { sorting },
    onSortingChange: (update: Updater<SortingState>) => {
      const sort = sortOf(typeof update === "function" ? update(sorting) : update);
      if (sort !== undefined) moveTo({ sort });
    },
  });
}

function rankedSpots(
  { rows, order, selected, seconds }: Pick<HotSpotTableProps, "rows" | "order" | "selected" | "seconds">,
  items: readonly VirtualItem[],
  group: Group,
): RankedSpot[] {
  const namesService = areOfServices(rows);
  return items.flatMap(({ index }) => {
    const key = order.keys[index] ?? "";
    const spot = rows.get(key);
    if (spot === undefined) return [];
    const rank = order.ranks.get(key) ?? 0;
    return [{ key, spot, rank, selected: key === selected, namesService, kind: group === "kind", seconds }];
  });
}

function areOfServices(rows: ReadonlyMap<string, HotSpot>): boolean {
  let first: string | undefined;
  for (const { service } of rows.values()) {
    first ??= service;
    if (service !== first) return true;
  }
  return false;
}

function sortOf([first]: SortingState): Sort | undefined {
  const column = sortColumns.find((name) => name === first?.id);
  return column === undefined ? undefined : { column, descending: first?.desc ?? true };
}

function ariaSort(sorted: false | "asc" | "desc"): "ascending" | "descending" | undefined {
  if (sorted === false) return undefined;
  return sorted === "asc" ? "ascending" : "descending";
}

function withIndex(range: Range, index: number): number[] {
  const visible = defaultRangeExtractor(range);
  if (index < 0 || index >= range.count || visible.includes(index)) return visible;
  return [...visible, index].toSorted((a, b) => a - b);
}

function nextIndex(key: string, index: number, count: number): number | undefined {
  const page = 8;
  switch (key) {
    case "ArrowDown":
      return Math.min(index + 1, count - 1);
    case "ArrowUp":
      return Math.max(index - 1, 0);
    case "PageDown":
      return Math.min(index + page, count - 1);
    case "PageUp":
      return Math.max(index - page, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
