/**
 * What the page remembers in its address, so that a reload, the back button and a colleague's browser show
 * the same thing.
 */

import { reportElement } from "@holdup/recording";
import { useSyncExternalStore } from "react";
import { defaultSort, sortColumns, type Sort } from "./row-order.ts";

/** A stretch of time, Unix ms on the collector's clock. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What makes a row of the hot spots. */
export const groups = ["name", "waiter", "holder", "kind"] as const;
export type Group = (typeof groups)[number];

/** The parts of the address. */
export interface Place {
  /** `path` of the view; empty: the home page. */
  readonly view: string;
  /** The only service to show; all when missing. */
  readonly service: string | undefined;
  /** `hotSpotKey` of the selected primitive; the top one when missing. */
  readonly selected: string | undefined;
  /** What to look for: words, all of which have to be there. */
  readonly find: string;
  /** The time to show; the last minutes, live, when missing. */
  readonly range: Range | undefined;
  /** Since when the page stands still, on the collector's clock. */
  readonly pausedAt: number | undefined;
  readonly sort: Sort;
  readonly group: Group;
  /** The findings not to show, by `muteKey`. */
  readonly muted: readonly string[];
  /** What a view remembers for itself, by the names that it chose; see `useOwn`. */
  readonly own: Readonly<Record<string, string>>;
}

/** The address that a page opens with. */
export const home: Place = {
  view: "",
  service: undefined,
  selected: undefined,
  find: "",
  range: undefined,
  pausedAt: undefined,
  sort: defaultSort,
  group: "name",
  muted: [],
  own: {},
};

/** The parts of a URL that name a place. */
export interface Address extends Pick<Location, "pathname" | "search"> {
  /** Whether the page is one file, a report, wherever it was opened from: it has no other path than its own. */
  readonly onePage: boolean;
}

const shared = new Set([
  "view",
  "service",
  "selected",
  "find",
  "from",
  "to",
  "paused",
  "sort",
  "group",
  "muted",
]);

/** The place that an address names; what it doesn't understand is a view's own. */
export function readPlace({ onePage, pathname, search }: Address): Place {
  const parameters = new URLSearchParams(search);
  return {
    view: onePage ? (parameters.get("view") ?? "") : pathname.slice(pathname.lastIndexOf("/") + 1),
    // A report is of one run: one service, all of its time, and all of that is over.
    service: onePage ? undefined : (parameters.get("service") ?? undefined),
    selected: parameters.get("selected") ?? undefined,
    find: parameters.get("find") ?? "",
    range: onePage ? undefined : readRange(parameters),
    pausedAt: onePage ? undefined : readTime(parameters.get("paused")),
    sort: readSort(parameters.get("sort")),
    group: groups.find((group) => group === parameters.get("group")) ?? home.group,
    muted:
      parameters
        .get("muted")
        ?.split(",")
        .filter((key) => key !== "") ?? home.muted,
    own: Object.fromEntries([...parameters].filter(([name]) => !shared.has(name))),
  };
}

/**
 * A place as the end of an address: `/primitive?service=…&selected=…`, without what is default. A report has no other
 * path than its own: there the view is a parameter.
 */
export function writePlace(place: Place, { onePage, pathname }: Omit<Address, "search">): string {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  };
  if (onePage) set("view", place.view);
  set("service", place.service);
  set("selected", place.selected);
  set("find", place.find);
  set("from", place.range?.from);
  set("to", place.range?.to);
  set("paused", place.pausedAt);
  if (writeSort(place.sort) !== writeSort(defaultSort)) set("sort", writeSort(place.sort));
  if (place.group !== home.group) set("group", place.group);
  set("muted", place.muted.join(","));
  for (const [name, value] of Object.entries(place.own)) set(name, value);

  const folder = pathname.slice(0, pathname.lastIndexOf("/") + 1);
  const query = parameters.size === 0 ? "" : `?${parameters.toString()}`;
  return `${onePage ? pathname : `${folder}${place.view}`}${query}`;
}

/** The place with other parts. Another view starts with its own parameters and order, and with nothing to look for. */
export function changed(place: Place, parts: Partial<Place>): Place {
  const leaves = parts.view !== undefined && parts.view !== place.view;
  return {
    ...place,
    ...(leaves ? { find: "", sort: defaultSort, group: home.group, own: {} } : {}),
    ...parts,
  };
}

function readTime(text: string | null): number | undefined {
  const time = Number(text ?? Number.NaN);
  return Number.isSafeInteger(time) && time > 0 ? time : undefined;
}

function readRange(parameters: URLSearchParams): Range | undefined {
  const [from, to] = [readTime(parameters.get("from")), readTime(parameters.get("to"))];
  return from === undefined || to === undefined || from >= to ? undefined : { from, to };
}

function readSort(text: string | null): Sort {
  const descending = text?.startsWith("-") ?? true;
  const column = sortColumns.find((name) => name === text?.replace(/^-/, ""));
  return column === undefined ? defaultSort : { column, descending };
}

function writeSort({ column, descending }: Sort): string {
  return `${descending ? "-" : ""}${column}`;
}

/** Whether this page is a report: it has its data in it. */
export const isReport: boolean =
  typeof document !== "undefined" && document.querySelector(`#${reportElement}`) !== null;

const listeners = new Set<() => void>();
let current: { readonly search: string; readonly pathname: string; readonly place: Place } | undefined;
// What a browser did not let us write into the address: a page in a sandbox has to remember it by itself.
let unwritten: string | undefined;

/** The place that the address names now. */
export function getPlace(): Place {
  const address = addressNow();
  const { pathname, search } = address;
  if (current?.pathname !== pathname || current.search !== search) {
    current = { pathname, search, place: readPlace(address) };
  }
  return current.place;
}

function addressNow(): Address {
  const { pathname, search } = window.location;
  if (unwritten === undefined) return { pathname, search, onePage: isReport };
  const query = unwritten.indexOf("?");
  return { pathname, search: query === -1 ? "" : unwritten.slice(query), onePage: isReport };
}

function write(how: "pushState" | "replaceState", href: string): void {
  try {
    window.history[how](null, "", href);
  } catch {
    unwritten = href;
  }
}

/** Where that is: the address of this place with other parts, for a link. */
export function hrefOf(parts: Partial<Place>): string {
  return writePlace(changed(getPlace(), parts), addressNow());
}

/** Changes parts of the address in place: arrow keys would fill the browser's history. */
export function moveTo(parts: Partial<Place>): void {
  write("replaceState", hrefOf(parts));
  tell();
}

/** Goes to another place, from where the back button leads here. */
export function goTo(parts: Partial<Place>): void {
  const href = hrefOf(parts);
  const { pathname, search } = addressNow();
  if (href !== `${pathname}${search}`) write("pushState", href);
  tell();
}

/** The place, for a component. */
export function usePlace(): Place {
  return useSyncExternalStore(subscribeToPlace, getPlace);
}

/** Whether the page shows what is so now: it is no report, and neither a stretch of time nor a pause was chosen. */
export function useIsLive(): boolean {
  const { range, pausedAt } = usePlace();
  return !isReport && range === undefined && pausedAt === undefined;
}

/** One of a view's own parameters, empty when missing, and what sets it. */
export function useOwn(name: string): readonly [string, (value: string) => void] {
  const value = usePlace().own[name] ?? "";
  return [value, (next) => moveTo({ own: { ...getPlace().own, [name]: next } })];
}

/** Calls the listener whenever the address is another. Returns what stops it. */
export function subscribeToPlace(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

function tell(): void {
  for (const listener of listeners) listener();
}
