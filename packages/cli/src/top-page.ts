/** The whole screen as lines: who is asked, the table or one row's details, and the keys. */

import { detailLines } from "./top-details.ts";
import { count, countOf, duration } from "./top-figure.ts";
import { line, piece, type Line, type Piece } from "./top-line.ts";
import { orderedRows, selectedRow, type TopState } from "./top-state.ts";
import { headLine, place, rowLine } from "./top-table.ts";
import { cut, harmless, widthOf, wrap, wrapParts } from "./top-text.ts";

/** What the page is shown on and when. */
export interface Stage {
  readonly width: number;
  /** Infinity on paper. */
  readonly height: number;
  /** Unix ms on the viewer's clock. */
  readonly now: number;
  /** Whose page it is. */
  readonly url: string;
}

/** The page, never higher than its stage. */
export function topPage(state: TopState, stage: Stage): Line[] {
  const head = [titleLine(state, stage), summaryLine(state), ...problemLines(state, stage), line()];
  const foot = [line(), ...keyLines(state, stage.width)];
  const room = Math.max(2, stage.height - head.length - foot.length);
  const body = state.open ? details(state, stage, room) : table(state, stage, room);
  const blank = Array.from({ length: room - body.length }, () => line());
  return [...head, ...body, ...blank, ...foot].slice(0, stage.height);
}

/** The table alone and in full, for a file or a pipe. */
export function paperPage(state: TopState, stage: Omit<Stage, "height">): Line[] {
  const title = line(`Holdup at ${harmless(stage.url)}`);
  return [title, summaryLine(state), line(), ...table(state, stage, Infinity)];
}

function titleLine(state: TopState, { width, url }: Stage): Line {
  const phase = phasePiece(state);
  const left = cut(`holdup top  ${harmless(url)}`, Math.max(0, width - widthOf(phase.text) - 1));
  const between = " ".repeat(Math.max(1, width - widthOf(left) - widthOf(phase.text)));
  return line(piece(left, "strong"), between, phase);
}

function phasePiece({ report, problem }: TopState): Piece {
  if (problem !== undefined) return piece("✗ disconnected", "bad");
  return report === undefined ? piece("○ connecting", "quiet") : piece("● live", "good");
}

function summaryLine({ report, minutes }: TopState): Line {
  const window = minutes === 1 ? "the last minute" : `the last ${minutes} minutes`;
  if (report === undefined) return line(piece(window, "quiet"));
  const waiting = report.rows.reduce((sum, { spot }) => sum + spot.waiters, 0);
  const found = report.findings.length;
  const spots = `${count(report.rows.length)}${report.more ? "+" : ""} hot spot${report.rows.length === 1 ? "" : "s"}`;
  return line(
    `${countOf(report.services.length, "service")} · ${spots} · `,
    piece(countOf(found, "finding"), found > 0 ? "warning" : "plain"),
    ` · ${count(waiting)} waiting now · ${window}`,
  );
}

function problemLines({ problem }: TopState, { width, now }: Stage): Line[] {
  if (problem === undefined) return [];
  const since = duration(Math.max(1, Math.round((now - problem.since) / 1000)));
  const sentence = `${harmless(problem.sentence)} (for ${since}; it is asked again every second)`;
  return wrap(sentence, width).map((text) => line(piece(text, "bad")));
}

function table(state: TopState, { width, url }: Pick<Stage, "width" | "url">, room: number): Line[] {
  const { report } = state;
  if (report === undefined) return [];
  const [rows, selected] = orderedRows(state);
  if (rows.length === 0) return emptyLines(state, url, width);
  const placed = place(width, new Set(rows.map(({ spot }) => spot.service)).size > 1);
  // A table longer than its room ends with a line that tells what is left.
  const fitting = rows.length + 1 <= room ? rows.length : room - 2;
  const first = Math.max(0, Math.min(selected - Math.floor(fitting / 2), rows.length - fitting));
  const shown = rows.slice(first, first + Math.max(1, fitting));
  return [
    headLine(placed, state.sort),
    ...shown.map((row, index) => rowLine(placed, row, room !== Infinity && first + index === selected)),
    ...restLine(rows.length, first, shown.length, report.more),
  ];
}

function restLine(total: number, first: number, shown: number, more: boolean): Line[] {
  if (shown === total && !more) return [];
  const range = `  rows ${first + 1} to ${first + shown} of ${total}${more ? ", those that cost least left out" : ""}`;
  return [line(piece(range, "quiet"))];
}

function emptyLines({ report }: TopState, url: string, width: number): Line[] {
  const sentences =
    report?.services.length === 0
      ? ["Nothing has arrived yet. Wire a program with:", wiring(url)]
      : ["No lock, semaphore, queue or pool was used in this window."];
  return sentences.flatMap((sentence) => wrap(sentence, width)).map((text) => line(text));
}

function wiring(url: string): string {
  return `OTEL_EXPORTER_OTLP_ENDPOINT=${harmless(url)} node --import @holdup/register app.js`;
}

function details(state: TopState, { width }: Stage, room: number): Line[] {
  const row = selectedRow(state);
  if (state.report === undefined || row === undefined) return [line(piece("It left the window.", "quiet"))];
  const detail = state.detail?.key === row.key ? state.detail.primitive : undefined;
  const lines = detailLines(row, detail, state.report, width);
  const last = Math.max(0, lines.length - room);
  return lines.slice(Math.min(state.scrolled, last)).slice(0, room);
}

const tableKeys = ["q quit", "↑↓ select", "enter details", "s w p o n sort", "t window", "? more keys"];
const detailKeys = ["q quit", "↑↓ scroll", "esc back", "t window", "? more keys"];
const allKeys = [
  "s share",
  "w waiting",
  "p wait p99",
  "o operations",
  "n name",
  "the same again: the other way around",
  "t window of 1, 5 or 15 minutes",
  "j k PgUp PgDn Home End as arrows",
];

function keyLines({ help, open }: TopState, width: number): Line[] {
  const lines = [
    ...(help ? wrapParts(allKeys, "  ", width) : []),
    ...wrapParts(open ? detailKeys : tableKeys, "  ", width),
  ];
  return lines.map((text) => line(piece(text, "quiet")));
}
