/** A line of the screen: pieces of text with a meaning, which a screen may show as a colour and a file can't. */

/** `head` stands above a column, `quiet` is there to be overlooked, the rest speak for themselves. */
export type Tone = "plain" | "head" | "quiet" | "strong" | "bar" | "good" | "warning" | "bad";

export interface Piece {
  readonly text: string;
  readonly tone: Tone;
}

export interface Line {
  readonly pieces: readonly Piece[];
  /** Whether it is the one that keys act on. */
  readonly selected?: boolean;
}

export function piece(text: string, tone: Tone = "plain"): Piece {
  return { text, tone };
}

export function line(...pieces: readonly (Piece | string)[]): Line {
  return { pieces: pieces.map((part) => (typeof part === "string" ? piece(part) : part)) };
}

/** The line as mere text, without the blanks at its end. */
export function lineText({ pieces }: Line): string {
  return pieces
    .map(({ text }) => text)
    .join("")
    .trimEnd();
}
