import type { Party, WaitGraphItem } from "@holdup/protocol";
import { expect, test } from "vitest";
import { waitGraph } from "./graph.ts";
import { isSameShape, shownGraph, withPlaces } from "./shown-graph.ts";

function party(task: string, sinceMs: number): Party {
  return { task, taskId: task, site: null, sinceMs, operation: "acquire" };
}

function item(name: string, holder: Party, waiter: Party): WaitGraphItem {
  const primitive = { name, type: "lock" };
  return { service: "shop", instance: "1", primitive, holders: [holder], waiters: [waiter] };
}

const briefly = item("brief", party("a", 30), party("b", 20));
const long = item("long", party("c", 900), party("d", 800));
const behind = item("behind", party("d", 1000), party("e", 40));

test("only what hangs together with a wait of some length is shown, unless all is asked for", () => {
  const graph = waitGraph([briefly, long, behind]);

  const some = shownGraph(graph, false);
  const all = shownGraph(graph, true);

  expect([...some.graph.nodes.values()].map(({ name }) => name).toSorted()).toEqual(
    ["long", "behind", "c", "d", "e"].toSorted(),
  );
  expect(some.left).toBe(1);
  expect(all.graph.nodes.size).toBe(8);
  expect(all.left).toBe(0);
});

test("where nobody has waited for a while, shorter waits are shown, and said to be short", () => {
  const shown = shownGraph(waitGraph([briefly]), false);

  expect(shown.graph.nodes.size).toBe(3);
  expect(shown.brief).toBe(true);
  expect(shown.left).toBe(0);
  expect(shownGraph(waitGraph([briefly]), true).brief).toBe(false);
  expect(shownGraph(waitGraph([briefly, long]), false).brief).toBe(false);
  expect(shownGraph(waitGraph([]), false).brief).toBe(false);
});

test("a second later the same nodes stand where they stood, with newer ages", () => {
  const before = shownGraph(waitGraph([long]), true);
  const after = shownGraph(waitGraph([item("long", party("c", 1900), party("d", 1800))]), true);

  const shown = withPlaces(before, after);

  expect(isSameShape(before, after)).toBe(true);
  expect(shown.layout.boxes).toBe(before.layout.boxes);
  expect(shown.layout.edges.map(({ edge }) => edge.sinceMs)).toEqual([1900, 1800]);
});

test("when somebody else waits the shape is another", () => {
  const before = shownGraph(waitGraph([long]), true);

  expect(isSameShape(before, shownGraph(waitGraph([long, behind]), true))).toBe(false);
});
