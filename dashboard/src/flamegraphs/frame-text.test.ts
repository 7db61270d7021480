import { expect, test } from "vitest";
import { describeFrame } from "./frame-text.ts";

test("a frame is told with its place, its share and its own part; what all are in only with its time, and no place with why", () => {
  const frame = { name: "reserve", file: "src/inventory.ts", line: 41, self: 250, total: 500, children: [] };
  const all = { name: "all", file: "", line: 0, self: 0, total: 1000, children: [frame] };

  const unknown = { ...frame, name: "(waiter not known)", file: "", line: 0 };

  expect(told(frame)).toBe("reserve, src/inventory.ts:41: 500 ms, 50 % of all; itself 250 ms");
  expect(told(all)).toBe("1.0 s in all");
  expect(told(unknown)).toMatch(/50 % of all; itself 250 ms\. Call sites are looked up within a budget/);
  expect(told({ ...unknown, name: "held by (not sampled)" })).toMatch(/times are exact\.$/);
  // A function may have that name, too.
  expect(told({ ...frame, name: "all" })).toMatch(/^all, src\/inventory\.ts:41: 500 ms, /);

  function told(node: typeof frame | typeof all): string {
    return describeFrame(node, all.total).replaceAll("\u00A0", " ");
  }
});
