/** A hot spot told in words: what it cost, who held it, who waited. */

import { notSampled, type HotSpot, type Site } from "@holdup/protocol";
import { countOf } from "./count.ts";
import { formatDuration } from "./duration.ts";
import { tellHeldOnAverage } from "./held-sentence.ts";
import { nameText } from "./primitive-name.tsx";
import { formatShare } from "./share.ts";

/** A piece of a sentence; names and functions come from the observed program. */
export interface Piece {
  readonly text: string;
  readonly kind: "word" | "name" | "site" | "function" | "number" | "held" | "activity";
  /** Punctuation after it, which never begins a line. */
  readonly mark?: string;
}

/** "`inventory` made others wait 12.4 s in the last 15 minutes: 71 % of all waiting. Mostly held at …"; see `timeWords`. */
export function tell(spot: HotSpot, when: string): readonly Piece[] {
  if (spot.blameSeconds === 0) {
    return [
      word("Nobody waited for "),
      name(nameText(spot.primitive.name)),
      word(` ${when}: `),
      { ...number(countOf(spot.operations, "operation")), mark: spot.contended === 0 ? "," : "." },
      ...(spot.contended === 0 ? [word(" all served at once.")] : []),
    ];
  }
  return [
    ...marked(
      [
        name(nameText(spot.primitive.name)),
        word(" made others wait "),
        number(formatDuration(spot.blameSeconds)),
        ...shareOf(spot, when),
        ...heldAndWaitedFor(spot),
      ],
      ".",
    ),
    ...(spot.held === undefined ? [] : marked(tellHeldOnAverage(spot.held), ".")),
  ];
}

// Of a time in which only this primitive was asked about, nobody knows the others.
function shareOf({ share }: HotSpot, when: string): readonly Piece[] {
  if (Number.isNaN(share)) return [word(` ${when}. `)];
  return [word(` ${when}: `), number(formatShare(share)), word(" of all waiting. ")];
}

/** Whether a site stands for all the places that were not looked up. */
export function isNotSampled(site: Site): boolean {
  return site.filePath === notSampled;
}

/** "src/inventory.ts:41" */
export function siteText(site: Site): string {
  return `${site.filePath}:${site.lineNumber}`;
}

function heldAndWaitedFor({ holderSite, waiterSite }: HotSpot): readonly Piece[] {
  const held = heldAt(holderSite);
  return waiterSite === null ? held : [...marked(held, ","), word(" waited for at "), ...at(waiterSite)];
}

function heldAt(site: Site | null): readonly Piece[] {
  return site === null ? [word("Mostly while nobody held it")] : [word("Mostly held at "), ...at(site)];
}

function at(site: Site): readonly Piece[] {
  if (isNotSampled(site)) return [word("places that were not looked up")];
  if (site.functionName === "") return [place(siteText(site))];
  return [place(siteText(site)), word(" "), { text: `(${site.functionName})`, kind: "function" }];
}

// The last piece carries the mark.
function marked(pieces: readonly Piece[], mark: string): Piece[] {
  return pieces.map((piece, index) => (index === pieces.length - 1 ? { ...piece, mark } : piece));
}

const word = (text: string): Piece => ({ text, kind: "word" });
const name = (text: string): Piece => ({ text, kind: "name" });
const place = (text: string): Piece => ({ text, kind: "site" });
const number = (text: string): Piece => ({ text, kind: "number" });
