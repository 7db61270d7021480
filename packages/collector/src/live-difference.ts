/** Which rows are different from the rows before, and whether in words or in figures alone. */

import { figuresOf, type HotSpot, type Site } from "@holdup/protocol";

export interface DifferentRows {
  /** New, or of other words. */
  readonly whole: readonly HotSpot[];
  /** The same words with other figures. */
  readonly figures: readonly (readonly [key: string, row: HotSpot])[];
}

/** What a viewer that knows the rows before has to be told. Every share moves when one row does: viewers derive it themselves. */
export function differentRows(
  rows: ReadonlyMap<string, HotSpot>,
  before: ReadonlyMap<string, HotSpot>,
): DifferentRows {
  const whole: HotSpot[] = [];
  const figures: [string, HotSpot][] = [];
  for (const [key, row] of rows) {
    const known = before.get(key);
    if (known === undefined || !sameWords(row, known)) whole.push(row);
    else if (!sameFigures(row, known)) figures.push([key, row]);
  }
  return { whole, figures };
}

// Of rows of one key: service, name and type are the same.
function sameWords(a: HotSpot, b: HotSpot): boolean {
  return (
    a.exact === b.exact &&
    sameSite(a.waiterSite, b.waiterSite) &&
    sameSite(a.holderSite, b.holderSite) &&
    (a.held === b.held || JSON.stringify(a.held) === JSON.stringify(b.held))
  );
}

function sameSite(a: Site | null, b: Site | null): boolean {
  if (a === null || b === null) return a === b;
  return a.lineNumber === b.lineNumber && a.filePath === b.filePath && a.functionName === b.functionName;
}

function sameFigures(a: HotSpot, b: HotSpot): boolean {
  const figures = figuresOf(b);
  return figuresOf(a).every((figure, index) => figure === figures[index]);
}
