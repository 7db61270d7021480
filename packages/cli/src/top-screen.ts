/** The page on a terminal, drawn by Ink; loaded only when there is one to draw on. */

import {
  Box,
  render,
  Text,
  useApp,
  useInput,
  useWindowSize,
  type Instance,
  type Key,
  type TextProps,
} from "ink";
import { createElement, useSyncExternalStore, type ReactElement, type ReactNode } from "react";
import type { Line, Piece, Tone } from "./top-line.ts";
import { topPage } from "./top-page.ts";
import type { TopState } from "./top-state.ts";

/** What the screen shows, and who is told of keys. */
export interface Show {
  readonly url: string;
  /** Whether tones may be colours. */
  readonly colour: boolean;
  readonly now: () => number;
  readonly state: () => TopState;
  /** Tells of every change of the state; gives what ends that. */
  readonly listen: (listener: () => void) => () => void;
  readonly press: (key: string) => void;
}

/** Takes the terminal over until the person quits or the instance is unmounted, and gives it back as it was. */
export function showTop(show: Show): Instance {
  return render(createElement(Screen, { show }), {
    alternateScreen: true,
    exitOnCtrlC: true,
    // What changed is less than the screen; over SSH that is felt.
    incrementalRendering: true,
    // A terminal is a terminal, also where CI is set.
    interactive: true,
  });
}

/** The page in the size of the terminal. */
export function Screen({ show }: { readonly show: Show }): ReactElement {
  const state = useSyncExternalStore(show.listen, show.state);
  const { columns, rows } = useWindowSize();
  const { exit } = useApp();
  useInput((input, key) => {
    for (const name of keyNames(input, key)) {
      if (name === "q") exit();
      else show.press(name);
    }
  });
  const lines = topPage(state, { width: columns, height: rows, now: show.now(), url: show.url });
  return createElement(
    Box,
    { flexDirection: "column", width: columns },
    ...lines.map((line) => lineElement(line, show.colour)),
  );
}

const named = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
] as const satisfies readonly (readonly [keyof Key, string])[];

// Keys that come together, over a slow line, are as many keys.
function keyNames(input: string, key: Key): readonly string[] {
  const special = named.find(([flag]) => key[flag]);
  if (special !== undefined) return [special[1]];
  return key.ctrl || key.meta ? [] : Array.from(input);
}

const styles: Readonly<Record<Tone, TextProps>> = {
  plain: {},
  head: { dimColor: true },
  quiet: { dimColor: true },
  strong: { bold: true },
  bar: { color: "cyan" },
  good: { color: "green" },
  warning: { color: "yellow" },
  bad: { color: "red" },
};

function lineElement({ pieces, selected = false }: Line, colour: boolean): ReactNode {
  // A line of nothing has no height of its own.
  const parts = pieces.length === 0 ? [" "] : pieces.map((part) => pieceElement(part, colour && !selected));
  return createElement(Text, { wrap: "truncate-end", inverse: selected && colour, bold: selected }, ...parts);
}

function pieceElement({ text, tone }: Piece, colour: boolean): ReactNode {
  return colour || tone === "strong" ? createElement(Text, styles[tone], text) : text;
}
