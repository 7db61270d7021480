import { expect, test } from "vitest";
import { monotonicNow } from "./monotonic-now.ts";

test("the time is that of performance.now, wherever it is read", () => {
  const now = monotonicNow(performance);
  for (let i = 0; i < 1000; i++) {
    const before = performance.now();
    const time = now();
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(performance.now());
  }
});

test("Node's quick reading is taken where it tells the same time", () => {
  let ms = 0;
  const source = {
    now: () => ms++,
    nodeTiming: {
      get duration() {
        return ms++;
      },
    },
  };
  const quick = Object.getOwnPropertyDescriptor(source.nodeTiming, "duration")?.get;
  expect(monotonicNow(source)).toBe(quick);
});

test.each([
  ["there is none", undefined],
  ["it is no getter", { duration: 5 }],
  [
    "it tells another time",
    {
      get duration() {
        return 1e9;
      },
    },
  ],
  [
    "it tells no time",
    {
      get duration() {
        return "5";
      },
    },
  ],
  [
    "it wants to know whose it is",
    {
      get duration(): number {
        throw new TypeError("Illegal invocation");
      },
    },
  ],
])("where %s, the usual clock is read", (_, nodeTiming) => {
  let ms = 0;
  const now = monotonicNow({ now: () => ms++, nodeTiming });
  const before = ms;
  expect(now()).toBe(before);
  expect(now()).toBe(before + 1);
});
