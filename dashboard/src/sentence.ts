/** A hot spot told in words: what it cost, who held it, who waited. */

import type { HotSpot, Site } from "@holdup/protocol";
import { countOf } from "./count.ts";
import { formatDuration } from "./duration.ts";
import { nameText } from "./primitive-name.tsx";
import { formatShare } from "./share.ts";

/** A piece of a sentence; names and functions come from the observed program. */
export interface Piece {
  readonly text: string;
  readonly kind: "word" | "name" | "function" | "number";
}

/** "`inventory` made others wait 12.4 s in the last 15 minutes: 71 % of all waiting. Mostly held at …" */
export function tell(spot: HotSpot, windowSeconds: number): readonly Piece[] {
  const inTheWindow = `in the last ${countOf(Math.round(windowSeconds / 60), "minute")}`;
  if (spot.blameSeconds === 0) {
    return [
      word("Nobody waited for "),
      name(nameText(spot.primitive.name)),
      word(` ${inTheWindow}: `),
      number(countOf(spot.operations, "operation")),
      word(spot.contended === 0 ? ", all served at once." : "."),
    ];
  }
  return [
    name(nameText(spot.primitive.name)),
    word(" made others wait "),
    number(formatDuration(spot.blameSeconds)),
    word(` ${inTheWindow}: `),
    number(formatShare(spot.share)),
    word(" of all waiting. "),
    ...heldAt(spot.holderSite),
    ...waitedForAt(spot.waiterSite),
    word("."),
  ];
}

/** "src/inventory.ts:41" */
export function siteText(site: Site): string {
  return `${site.filePath}:${site.lineNumber}`;
}

function heldAt(site: Site | null): readonly Piece[] {
  return site === null ? [word("Mostly while nobody held it")] : [word("Mostly held at "), ...at(site)];
}

function waitedForAt(site: Site | null): readonly Piece[] {
  return site === null ? [] : [word(", waited for at "), ...at(site)];
}

function at(site: Site): readonly Piece[] {
  if (site.functionName === "") return [name(siteText(site))];
  return [name(siteText(site)), word(" "), { text: `(${site.functionName})`, kind: "function" }];
}

const word = (text: string): Piece => ({ text, kind: "word" });
const name = (text: string): Piece => ({ text, kind: "name" });
const number = (text: string): Piece => ({ text, kind: "number" });
