import { expect, test } from "vitest";
import { press, type KeyPress } from "./keys.ts";

function key(name: string, parts: Partial<KeyPress> = {}): KeyPress {
  return { key: name, modified: false, typing: false, onControl: false, ...parts };
}

test("g and a letter lead to a view", () => {
  const first = press(false, key("g"));

  expect(first).toEqual({ awaiting: true });
  expect(press(first.awaiting, key("p"))).toEqual({ awaiting: false, command: { do: "view", letter: "p" } });
});

test("g is forgotten after a key that is no letter", () => {
  expect(press(true, key("/"))).toEqual({ awaiting: false, command: { do: "find" } });
  expect(press(true, key("1"))).toEqual({ awaiting: false });
});

test("who writes into a field writes, and Escape leads out of it", () => {
  for (const name of ["g", "/", " ", "?", "["]) {
    expect(press(false, key(name, { typing: true })).command).toBeUndefined();
  }
  expect(press(false, key("Escape", { typing: true })).command).toEqual({ do: "up" });
});

test("the space bar pauses, but presses a button that has the focus", () => {
  expect(press(false, key(" ")).command).toEqual({ do: "pause" });
  expect(press(false, key(" ", { onControl: true })).command).toBeUndefined();
});

test("keys with Ctrl, Alt or ⌘ are the browser's", () => {
  expect(press(true, key("p", { modified: true }))).toEqual({ awaiting: false });
});
