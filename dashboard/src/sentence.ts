/** A hot spot told in words: what it cost, who held it, who waited. */

import { notSampled, type HotSpot, type Site } from "@holdup/protocol";
import { countOf } from "./count.ts";
import { formatDuration } from "./duration.ts";
import { nameText } from "./primitive-name.tsx";
import { formatShare } from "./share.ts";

/** A piece of a sentence; names and functions come from the observed program. */
export interface Piece {
  readonly text: string;
  readonly kind: "word" | "name" | "site" | "function" | "number" | "held" | "activity";
  /** Punctuation after it, which never begins a line. */
  readonly mark?: string;
}

/** What a row of hot spots stands for: a primitive, or one of its lines that waited or held. */
export type Told = "primitive" | "waiter" | "holder";

/**
 * "`inventory` made others wait 12.4 s in the last 15 minutes: 71 % of all waiting. Mostly held at …"; see `timeWords`.
 * Of a line that waited or held, what is told is its part.
 */
export function tell(spot: HotSpot, when: string, told: Told = "primitive"): readonly Piece[] {
  if (spot.blameSeconds === 0) return nobodyWaited(spot, when, told);
  const cost = [number(formatDuration(spot.blameSeconds)), ...shareOf(spot, when)];
  return [...marked([...beginning[told](spot), ...cost], "."), ...marked(ending[told](spot), ".")];
}

type Part = (spot: HotSpot) => readonly Piece[];

const beginning: Readonly<Record<Told, Part>> = {
  primitive: ({ primitive }) => [name(nameText(primitive.name)), word(" made others wait ")],
  waiter: ({ primitive, waiterSite }) => [
    word("Who asked for "),
    name(nameText(primitive.name)),
    word(" at "),
    ...at(waiterSite),
    word(" waited "),
  ],
  holder: ({ primitive, holderSite }) =>
    holderSite === null
      ? [word("While nobody held "), name(nameText(primitive.name)), word(", others waited ")]
      : [
          word("Holds of "),
          name(nameText(primitive.name)),
          word(" at "),
          ...at(holderSite),
          word(" made others wait "),
        ],
};

const ending: Readonly<Record<Told, Part>> = {
  primitive: heldAndWaitedFor,
  waiter: ({ holderSite }) => heldAt(holderSite),
  holder: ({ waiterSite }) =>
    waiterSite === null ? [] : [word(" Mostly those who waited at "), ...at(waiterSite)],
};

function nobodyWaited(spot: HotSpot, when: string, told: Told): readonly Piece[] {
  const who = [word("Nobody waited for "), name(nameText(spot.primitive.name))];
  // How often it was used at that line is not known, only how often in all.
  if (told === "holder") {
    const holds = [word(" because of holds at "), ...at(spot.holderSite), word(` ${when}`)];
    return marked([...who, ...holds], ".");
  }
  const where = told === "waiter" ? [word(" at "), ...at(spot.waiterSite)] : [];
  const atOnce = spot.contended === 0;
  return [
    ...who,
    ...where,
    word(` ${when}: `),
    { ...number(countOf(spot.operations, "operation")), mark: atOnce ? "," : "." },
    ...(atOnce ? [word(" all served at once.")] : []),
  ];
}

// Of a time in which only this primitive was asked about, nobody knows the others.
function shareOf({ share }: HotSpot, when: string): readonly Piece[] {
  if (Number.isNaN(share)) return [word(` ${when}`)];
  return [word(` ${when}: `), number(formatShare(share)), word(" of all waiting")];
}

/** Whether a site stands for all the places that were not looked up. */
export function isNotSampled(site: Site): boolean {
  return site.filePath === notSampled;
}

/** "src/inventory.ts:41" */
export function siteText(site: Site): string {
  return `${site.filePath}:${site.lineNumber}`;
}

/** "inventory.ts:41" */
export function shortText(site: Site): string {
  const text = siteText(site);
  return text.slice(text.lastIndexOf("/") + 1);
}

function heldAndWaitedFor({ holderSite, waiterSite }: HotSpot): readonly Piece[] {
  if (holderSite !== null && waiterSite !== null && isSame(holderSite, waiterSite)) {
    return [word(" Mostly held, and waited for, at "), ...at(holderSite)];
  }
  const held = heldAt(holderSite);
  return waiterSite === null ? held : [...marked(held, ","), word(" waited for at "), ...at(waiterSite)];
}

function isSame(one: Site, other: Site): boolean {
  return siteText(one) === siteText(other) && one.functionName === other.functionName;
}

function heldAt(site: Site | null): readonly Piece[] {
  return site === null ? [word(" Mostly while nobody held it")] : [word(" Mostly held at "), ...at(site)];
}

function at(site: Site | null): readonly Piece[] {
  if (site === null) return [word("a place that is not known")];
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
