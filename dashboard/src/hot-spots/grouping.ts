/** Hot spots as rows: by name, by the line that waited or held, or by the kind of primitive. */

import { hotSpotKey, type HotSpot, type Site } from "@holdup/protocol";
import type { Findable } from "../find.ts";
import type { Group } from "../location.ts";
import { siteText } from "../sentence.ts";

/** Rows by what makes them the same from one answer to the next. */
export type Rows = ReadonlyMap<string, HotSpot>;

/** The rows of hot spots that a source gave for a group. */
export function grouped(spots: readonly HotSpot[], group: Group): Rows {
  if (group === "kind") return byKind(spots);
  return new Map(spots.map((spot) => [rowKey(spot, group), spot]));
}

/** What makes a row the same row. */
function rowKey(spot: HotSpot, group: Group): string {
  if (group === "waiter") return JSON.stringify([hotSpotKey(spot), spot.waiterSite]);
  if (group === "holder") return JSON.stringify([hotSpotKey(spot), spot.holderSite]);
  return hotSpotKey(spot);
}

function byKind(spots: readonly HotSpot[]): Rows {
  const kinds = new Map<string, HotSpot[]>();
  for (const spot of spots) {
    kinds.set(spot.primitive.type, [...(kinds.get(spot.primitive.type) ?? []), spot]);
  }
  return new Map([...kinds].map(([type, same]) => [type, together(type, same)]));
}

// Percentiles can't be added: a kind's are those of its slowest.
function together(type: string, spots: readonly HotSpot[]): HotSpot {
  const costliest = spots.reduce((most, spot) => (spot.blameSeconds > most.blameSeconds ? spot : most));
  const sum = (measure: (spot: HotSpot) => number) => spots.reduce((total, spot) => total + measure(spot), 0);
  const most = (measure: (spot: HotSpot) => number) => Math.max(...spots.map(measure));
  const services = new Set(spots.map(({ service }) => service));
  return {
    ...costliest,
    service: services.size === 1 ? costliest.service : `${services.size} services`,
    primitive: { name: `${spots.length} ${spots.length === 1 ? "primitive" : "primitives"}`, type },
    operations: sum((spot) => spot.operations),
    contended: sum((spot) => spot.contended),
    waitSeconds: sum((spot) => spot.waitSeconds),
    holdSeconds: sum((spot) => spot.holdSeconds),
    blameSeconds: sum((spot) => spot.blameSeconds),
    waiters: sum((spot) => spot.waiters),
    waitP50: most((spot) => spot.waitP50),
    waitP99: most((spot) => spot.waitP99),
    holdP99: most((spot) => spot.holdP99),
    exact: spots.every(({ exact }) => exact),
  };
}

/** What of a row can be looked for. */
export function findableOf({ primitive, service, waiterSite, holderSite }: HotSpot): Findable {
  return {
    name: primitive.name,
    kind: primitive.type,
    service,
    site: [waiterSite, holderSite].map(textOf).join(" "),
  };
}

function textOf(site: Site | null): string {
  return site === null ? "" : `${siteText(site)} ${site.functionName}`;
}
