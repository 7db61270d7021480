import { expect, test } from "vitest";
import { applicationFrames, framesOf } from "./zero-x-page.ts";

const place = { name: "place src/orders.ts.js:3", top: 1, children: [] };
const handle = { name: "handle ./node_modules/router/index.js:9", top: 0, children: [place] };
const merged = { name: "(root)", top: 0, children: [handle, { ...place, top: 4 }] };
const data = JSON.stringify({ merged, unmerged: merged });
const html = `<body><script> function visualizer() {} visualizer(${data}, {"title":"a (b)"})\n </script></body>`;

test("the functions of a flamegraph are read from the data in it, those on many stacks once", () => {
  expect(framesOf(html)).toEqual([
    { name: place.name, self: 5 },
    { name: "(root)", self: 0 },
    { name: handle.name, self: 0 },
  ]);
});

test("an application's functions are those of its folder that the viewer does not hide", () => {
  const hidden = { name: "charge src/payments.ts:7", self: 2 };

  const frames = applicationFrames([...framesOf(html), hidden], "src");

  expect(frames.map(({ name }) => name)).toEqual([place.name]);
});

test("a page without data is an error", () => {
  expect(() => framesOf("<body></body>")).toThrow("the flamegraph has no data in it");
});
