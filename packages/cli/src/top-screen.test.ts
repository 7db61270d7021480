import { render } from "ink-testing-library";
import { createElement } from "react";
import { expect, test } from "vitest";
import { Screen, type Show } from "./top-screen.ts";
import { initialState, press, type TopState } from "./top-state.ts";

function showing(): Show & { readonly pressed: string[]; change(state: TopState): void } {
  let state = initialState(1);
  const listeners = new Set<() => void>();
  const pressed: string[] = [];
  const change = (next: TopState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    url: "http://127.0.0.1:4318",
    colour: false,
    now: () => 0,
    state: () => state,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press: (key) => {
      pressed.push(key);
      change(press(state, key));
    },
    pressed,
    change,
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test("keys reach the state, several at once as several, and the page follows", async () => {
  const show = showing();
  const screen = render(createElement(Screen, { show }));
  await settled();
  expect(screen.lastFrame()).toContain("○ connecting");

  screen.stdin.write("\u001B[B");
  screen.stdin.write("wp");
  screen.stdin.write("?");
  screen.stdin.write("\r");
  await settled();

  expect(show.pressed).toEqual(["down", "w", "p", "?", "enter"]);
  expect(screen.lastFrame()).toContain("t window of 1, 5 or 15 minutes");
  screen.unmount();
});

test("what the collector told is on the screen when it has come", async () => {
  const show = showing();
  const screen = render(createElement(Screen, { show }));
  await settled();
  show.change({
    ...show.state(),
    report: { time: 0, from: 0, services: [], rows: [], more: false, findings: [] },
  });
  await settled();
  expect(screen.lastFrame()).toContain("● live");
  screen.unmount();
});
