import { expect, test } from "vitest";
import { Recent } from "./recent.ts";

test("what was set last is known, what was set long ago is not, and there is never more than the bound", () => {
  const recent = new Recent<number>(10);
  for (let i = 0; i < 100; i++) {
    recent.set(String(i), i);
    const known = Array.from({ length: i + 1 }, (_, at) => at).filter((at) => recent.has(String(at)));
    expect(known.length).toBeLessThanOrEqual(10);
    expect(known.slice(-5)).toEqual(
      Array.from({ length: 100 }, (_, at) => at).slice(Math.max(0, i - 4), i + 1),
    );
  }
  expect([recent.get("99"), recent.get("0")]).toEqual([99, undefined]);
});

test("a value set again is the new one, and one taken out is gone", () => {
  const recent = new Recent<number>(4);
  for (const key of ["a", "b", "c"]) recent.set(key, 1);
  recent.set("a", 2);
  expect(recent.get("a")).toBe(2);
  recent.delete("a");
  expect([recent.has("a"), recent.get("a")]).toEqual([false, undefined]);
});
