/** What `holdup top` knows and shows, and how an answer or a key changes it. Pure: no clock, no socket, no screen. */

import { sorted, type Detail, type Report, type Row, type Sort, type SortColumn } from "./top-report.ts";

export interface TopState {
  /** The last that arrived; undefined before the first. */
  readonly report: Report | undefined;
  /** Why there is nothing newer, and since when, in Unix ms; undefined while all is well. */
  readonly problem: { readonly sentence: string; readonly since: number } | undefined;
  readonly detail: Detail | undefined;
  readonly sort: Sort;
  readonly minutes: number;
  /** Key of the row that was chosen; undefined: the first, whichever it is. */
  readonly selected: string | undefined;
  /** Whether the selected row's details are shown in place of the table. */
  readonly open: boolean;
  /** How many lines of the details are above the screen. */
  readonly scrolled: number;
  readonly help: boolean;
}

/** The windows that `t` goes through, in minutes. */
export const windows: readonly number[] = [1, 5, 15];

export function initialState(minutes: number): TopState {
  return {
    report: undefined,
    problem: undefined,
    detail: undefined,
    sort: { column: "share", reversed: false },
    minutes,
    selected: undefined,
    open: false,
    scrolled: 0,
    help: false,
  };
}

export function withReport(state: TopState, report: Report): TopState {
  return { ...state, report, problem: undefined };
}

/** The state after nothing came, at `now`; what came before stays. */
export function withProblem(state: TopState, sentence: string, now: number): TopState {
  return { ...state, problem: { sentence, since: state.problem?.since ?? now } };
}

/** The rows in their order, and which of them is selected: -1 if there are none. */
export function orderedRows({ report, sort, selected }: TopState): [rows: readonly Row[], selected: number] {
  const rows = sorted(report?.rows ?? [], sort);
  const index = rows.findIndex(({ key }) => key === selected);
  return [rows, Math.max(index, Math.min(0, rows.length - 1))];
}

/** The row that a person looks at. */
export function selectedRow(state: TopState): Row | undefined {
  const [rows, selected] = orderedRows(state);
  return rows[selected];
}

const sortKeys: ReadonlyMap<string, SortColumn> = new Map([
  ["s", "share"],
  ["w", "waiters"],
  ["p", "waitP99"],
  ["o", "operations"],
  ["n", "name"],
]);

const steps: ReadonlyMap<string, number> = new Map([
  ["up", -1],
  ["k", -1],
  ["down", 1],
  ["j", 1],
  ["pageup", -10],
  ["pagedown", 10],
  ["home", -Infinity],
  ["end", Infinity],
]);

/** The state after a key: a character, or the name of one that is none. */
export function press(state: TopState, key: string): TopState {
  const step = steps.get(key);
  if (step !== undefined) return state.open ? scroll(state, step) : select(state, step);
  const column = sortKeys.get(key);
  if (column !== undefined) return { ...state, sort: nextSort(state.sort, column) };
  switch (key) {
    case "enter":
      return openSelected(state);
    case "escape":
    case "backspace":
      return { ...state, open: false };
    case "t":
      return { ...state, minutes: windows[windows.indexOf(state.minutes) + 1] ?? windows[0] ?? 1 };
    case "?":
      return { ...state, help: !state.help };
    default:
      return state;
  }
}

function select(state: TopState, step: number): TopState {
  const [rows, selected] = orderedRows(state);
  const next = rows[Math.max(0, Math.min(rows.length - 1, selected + step))];
  return next === undefined ? state : { ...state, selected: next.key };
}

// How far is too far, only the page knows: see `topPage`.
function scroll(state: TopState, step: number): TopState {
  return { ...state, scrolled: Math.max(0, Math.min(state.scrolled + step, 10_000)) };
}

function openSelected(state: TopState): TopState {
  const row = selectedRow(state);
  if (row === undefined || state.open) return { ...state, open: false };
  return { ...state, open: true, scrolled: 0, selected: row.key };
}

// The same key again turns the order around.
function nextSort(sort: Sort, column: SortColumn): Sort {
  return { column, reversed: sort.column === column && !sort.reversed };
}
