/** What a key press means, whatever is on the page. Pure: the shell does what it says. */

/** What the keyboard can ask for. */
export type Command =
  | { readonly do: "view"; readonly letter: string }
  | { readonly do: "find" | "pause" | "earlier" | "later" | "up" | "help" };

/** What a key press is made of. */
export interface KeyPress {
  readonly key: string;
  /** With Ctrl, Alt or ⌘: the browser's business. */
  readonly modified: boolean;
  /** Whether someone is writing into a field. */
  readonly typing: boolean;
  /** Whether what has the focus does something of its own when the space bar is pressed: a button, a box to tick. */
  readonly onControl: boolean;
}

/** What is known after a key press: whether `g` was pressed and a letter is to come, and what to do. */
export interface Pressed {
  readonly awaiting: boolean;
  readonly command?: Command;
}

const commands: Readonly<Record<string, Command>> = {
  "/": { do: "find" },
  " ": { do: "pause" },
  "[": { do: "earlier" },
  "]": { do: "later" },
  "?": { do: "help" },
};

/** What a key press means, after one that left a letter awaited or not. */
export function press(awaiting: boolean, { key, modified, typing, onControl }: KeyPress): Pressed {
  if (modified) return { awaiting: false };
  if (key === "Escape") return { awaiting: false, command: { do: "up" } };
  if (typing) return { awaiting: false };
  // On its way to a question mark a keyboard may tell of Shift alone.
  if (key === "Shift") return { awaiting };
  if (awaiting && /^[a-z]$/.test(key)) return { awaiting: false, command: { do: "view", letter: key } };
  if (key === "g") return { awaiting: true };

  const command = key === " " && onControl ? undefined : commands[key];
  return command === undefined ? { awaiting: false } : { awaiting: false, command };
}

/** A key, or keys one after the other, and what they do: for the list of all keys. */
export interface KeyHelp {
  readonly keys: readonly string[];
  readonly does: string;
  /** It chooses a time, or stops it: there is nothing of that in a report. */
  readonly ofTime?: true;
}

/** The keys that work in every view, and those of the timeline. */
export const keyHelp: readonly KeyHelp[] = [
  { keys: ["/"], does: "Find" },
  { keys: ["Space"], does: "Pause, or go on", ofTime: true },
  { keys: ["["], does: "The stretch of time before", ofTime: true },
  { keys: ["]"], does: "The stretch of time after, and at last: live", ofTime: true },
  { keys: ["Esc"], does: "Up: out of a field, a view, a stretch of time" },
  { keys: ["?"], does: "This list" },
  { keys: ["w", "s"], does: "Timeline: closer, farther" },
  { keys: ["a", "d"], does: "Timeline: earlier, later" },
  { keys: ["0"], does: "Timeline: all of it" },
];
