/** The hot spots as a table that fits its width. */

import { notSampled, type Site } from "@holdup/protocol";
import { bar, count, duration, rate, share } from "./top-figure.ts";
import { line, piece, type Line, type Piece, type Tone } from "./top-line.ts";
import type { Row, Sort, SortColumn } from "./top-report.ts";
import { cut, cutPath, harmless, padEnd, padStart, widthOf } from "./top-text.ts";

export interface Column {
  readonly id: string;
  readonly header: string;
  /** The least width that it is any use in. */
  readonly width: number;
  /** Which part of the room that is left over it takes, and up to which width. */
  readonly grows?: { readonly part: number; readonly upTo: number };
  readonly sort?: SortColumn;
  readonly right?: boolean;
  readonly cell: (row: Row, width: number) => Piece | readonly Piece[];
}

const columns: readonly Column[] = [
  {
    id: "primitive",
    header: "PRIMITIVE",
    width: 14,
    grows: { part: 0.25, upTo: 36 },
    sort: "name",
    cell: ({ spot }, width) => piece(cut(nameText(spot.primitive.name), width), "strong"),
  },
  {
    id: "type",
    header: "TYPE",
    width: 10,
    cell: ({ spot }, width) => piece(cut(harmless(spot.primitive.type), width), "quiet"),
  },
  {
    id: "service",
    header: "SERVICE",
    width: 10,
    grows: { part: 0.15, upTo: 24 },
    cell: ({ spot }, width) => piece(cut(harmless(spot.service), width)),
  },
  {
    id: "share",
    header: "SHARE",
    width: 13,
    grows: { part: 0.1, upTo: 23 },
    sort: "share",
    cell: ({ spot }, width) => shareCell(spot.share, width),
  },
  {
    id: "blame",
    header: "BLAME/S",
    width: 7,
    right: true,
    cell: ({ blameRate }) => figure(rate(blameRate), blameRate),
  },
  {
    id: "waitP50",
    header: "WAIT p50",
    width: 8,
    right: true,
    cell: ({ spot }) => figure(duration(spot.waitP50), spot.waitP50),
  },
  {
    id: "waitP99",
    header: "WAIT p99",
    width: 8,
    sort: "waitP99",
    right: true,
    cell: ({ spot }) => figure(duration(spot.waitP99), spot.waitP99),
  },
  {
    id: "holdP99",
    header: "HOLD p99",
    width: 8,
    right: true,
    cell: ({ spot }) => figure(duration(spot.holdP99), spot.holdP99),
  },
  {
    id: "operations",
    header: "OPS/S",
    width: 6,
    sort: "operations",
    right: true,
    cell: ({ operationRate }) => figure(count(operationRate), operationRate),
  },
  {
    id: "waiters",
    header: "WAITING",
    width: 7,
    sort: "waiters",
    right: true,
    cell: ({ spot }) => figure(count(spot.waiters), spot.waiters, "warning"),
  },
  {
    id: "holder",
    header: "HELD AT",
    width: 15,
    grows: { part: 0.5, upTo: 80 },
    cell: ({ spot }, width) => holderCell(spot.blameSeconds === 0, spot.holderSite, width),
  },
];

/** What a narrow table does without, in this order. */
const leaving = [
  "waitP50",
  "type",
  "holdP99",
  "blame",
  "operations",
  "service",
  "holder",
  "waitP99",
  "waiters",
];

// Losing one of these is less than losing so many columns of the path before a line number.
const luxuries: ReadonlyMap<string, number> = new Map([
  ["waitP50", 15],
  ["type", 6],
]);

const gap = 2;
const markWidth = 2;

/** A column and the width that it has got. */
export interface Placed {
  readonly column: Column;
  readonly width: number;
}

/** The columns that `width` has room for. A service is only told where there are several. */
export function place(width: number, severalServices: boolean): Placed[] {
  let left = columns.filter(({ id }) => severalServices || id !== "service");
  for (const id of leaving) {
    if (neededWidth(left) + (luxuries.get(id) ?? 0) <= width) break;
    left = left.filter((column) => column.id !== id);
  }
  const room = Math.max(0, width - neededWidth(left));
  const placed = left.map((column) => ({ column, width: grown(column, room) }));
  const spare = width - neededWidth(placed.map(({ column, width: now }) => ({ ...column, width: now })));
  return placed.map((at) =>
    at.column.id === "holder" ? { ...at, width: Math.min(80, at.width + spare) } : at,
  );
}

function grown({ width, grows }: Column, room: number): number {
  return grows === undefined ? width : Math.min(grows.upTo, width + Math.floor(room * grows.part));
}

function neededWidth(all: readonly Column[]): number {
  return all.reduce((sum, { width }) => sum + width + gap, markWidth - gap);
}

/** The line above the rows; an arrow points at what they are sorted by. */
export function headLine(placed: readonly Placed[], sort: Sort): Line {
  const cells = placed.map(({ column, width }) => {
    const sortedBy = column.sort === sort.column;
    const arrow = sort.reversed === (column.sort === "name") ? "▼" : "▲";
    const header = sortedBy ? headerWithArrow(column, arrow, width) : column.header;
    return piece(
      column.right === true ? padStart(header, width) : padEnd(header, width),
      sortedBy ? "strong" : "head",
    );
  });
  return line(" ".repeat(markWidth), ...withGaps(cells));
}

// A full column's arrow takes the place of its gap.
function headerWithArrow({ header, right }: Column, arrow: string, width: number): string {
  if (right === true && header.length >= width) return header.slice(0, width - 1) + arrow;
  return right === true ? `${arrow}${header}` : `${header}${arrow}`;
}

/** One row of the table. */
export function rowLine(placed: readonly Placed[], row: Row, selected: boolean): Line {
  const cells = placed.map(({ column, width }) => {
    const pieces = [column.cell(row, width)].flat();
    if (column.right !== true) return filled(pieces, width);
    return pieces.map(({ text, tone }) => piece(padStart(text, width), tone));
  });
  return { ...line(selected ? "> " : "  ", ...withGaps(cells).flat()), selected };
}

function withGaps<Cell>(cells: readonly Cell[]): (Cell | Piece)[] {
  return cells.flatMap((cell, index) => (index === 0 ? [cell] : [piece(" ".repeat(gap)), cell]));
}

function filled(pieces: readonly Piece[], width: number): Piece[] {
  const before = pieces.slice(0, -1);
  const used = before.reduce((sum, { text }) => sum + widthOf(text), 0);
  return pieces.map((part, index) =>
    index === pieces.length - 1 ? piece(padEnd(part.text, width - used), part.tone) : part,
  );
}

const percentWidth = 6;

/** "██████▌   71 %" */
function shareCell(part: number, width: number): Piece[] {
  const room = width - percentWidth - 1;
  return [
    piece(padEnd(bar(part, room), room + 1), "bar"),
    piece(padStart(share(part), percentWidth), toneOf(part)),
  ];
}

function figure(text: string, value: number, tone: Tone = "plain"): Piece {
  return piece(text, toneOf(value, tone));
}

// A zero is there to be overlooked.
function toneOf(value: number, tone: Tone = "plain"): Tone {
  return value > 0 ? tone : "quiet";
}

function holderCell(nobodyWaited: boolean, site: Site | null, width: number): Piece {
  if (site === null) return piece(nobodyWaited ? "–" : "nobody held it", "quiet");
  if (site.filePath === notSampled) return piece(notSampled, "quiet");
  const withFunction = siteText(site);
  return piece(widthOf(withFunction) <= width ? withFunction : cutPath(sitePlace(site), width));
}

/** A name that can be talked about. */
export function nameText(name: string): string {
  return name.trim() === "" ? "(no name)" : harmless(name);
}

/** "src/inventory.ts:41" */
export function sitePlace({ filePath, lineNumber }: Site): string {
  // The end of a long path says more.
  return `${harmless(filePath.slice(-500))}:${lineNumber}`;
}

/** "src/inventory.ts:41 (reserve)" */
export function siteText(site: Site): string {
  if (site.filePath === notSampled) return notSampled;
  return site.functionName === "" ? sitePlace(site) : `${sitePlace(site)} (${harmless(site.functionName)})`;
}
