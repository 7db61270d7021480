import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

/** Turns that come when they are asked for. */
function turnsToPass() {
  const waiting: (() => void)[] = [];
  const pass = (): void => {
    for (const run of waiting.splice(0)) run();
  };
  return { turns: new Turns((run) => waiting.push(run)), pass };
}

test("one draws at each turn, in the order of asking, once however often it asks", () => {
  const { turns, pass } = turnsToPass();
  const drawn: string[] = [];
  const [a, b] = [() => drawn.push("a"), () => drawn.push("b")];
  for (const draw of [a, b, a, a, b]) turns.ask(draw);

  pass();
  expect(drawn).toEqual(["a"]);
  pass();
  pass();
  expect(drawn).toEqual(["a", "b"]);
});

test("who gave up its turn does not draw, and the others go on", () => {
  const { turns, pass } = turnsToPass();
  const drawn: string[] = [];
  const [a, b] = [() => drawn.push("a"), () => drawn.push("b")];
  turns.ask(a);
  turns.ask(b);
  turns.giveUp(a);

  pass();
  expect(drawn).toEqual(["b"]);

  turns.ask(b);
  turns.giveUp(b);
  pass();
  turns.ask(a);
  pass();
  expect(drawn).toEqual(["b", "a"]);
});
