/** What the page remembers in its address, so that a link shows a colleague the same thing. */

import { useSyncExternalStore } from "react";
import { defaultSort, sortColumns, type Sort } from "./row-order.ts";

/** The parts of the address. */
export interface Place {
  /** The only service to show; all when missing. */
  readonly service: string | undefined;
  /** `hotSpotKey` of the selected row; the top row when missing. */
  readonly selected: string | undefined;
  readonly sort: Sort;
}

/** The place that an address's query names; what it doesn't understand is left out. */
export function readPlace(query: string): Place {
  const parameters = new URLSearchParams(query);
  return {
    service: parameters.get("service") ?? undefined,
    selected: parameters.get("selected") ?? undefined,
    sort: readSort(parameters.get("sort")),
  };
}

/** The query of a place: `?service=…&selected=…&sort=-waitP99`, without what is default. */
export function writePlace({ service, selected, sort }: Place): string {
  const parameters = new URLSearchParams();
  if (service !== undefined) parameters.set("service", service);
  if (selected !== undefined) parameters.set("selected", selected);
  if (writeSort(sort) !== writeSort(defaultSort)) parameters.set("sort", writeSort(sort));
  const query = parameters.toString();
  return query === "" ? "" : `?${query}`;
}

function readSort(text: string | null): Sort {
  const descending = text?.startsWith("-") ?? true;
  const column = sortColumns.find((name) => name === text?.replace(/^-/, ""));
  return column === undefined ? defaultSort : { column, descending };
}

function writeSort({ column, descending }: Sort): string {
  return `${descending ? "-" : ""}${column}`;
}

const listeners = new Set<() => void>();
let current: { readonly query: string; readonly place: Place } | undefined;

/** The place that the address names now. */
export function getPlace(): Place {
  const query = window.location.search;
  if (current?.query !== query) current = { query, place: readPlace(query) };
  return current.place;
}

/** Changes parts of the address. Replaces the entry: arrow keys would fill the browser's history. */
export function moveTo(parts: Partial<Place>): void {
  const query = writePlace({ ...getPlace(), ...parts });
  window.history.replaceState(null, "", `${window.location.pathname}${query}`);
  for (const listener of listeners) listener();
}

/** The place, for a component. */
export function usePlace(): Place {
  return useSyncExternalStore(subscribe, getPlace);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}
