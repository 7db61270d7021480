import { once } from "node:events";
import { expect, test } from "vitest";
import { Lock } from "./lock.ts";
import { observe, type Observer } from "./observer.ts";

const silent: Observer = {
  taken() {},
  passed() {},
  refused() {},
  parked() {},
  granted() {},
  resumed() {},
  withdrawn() {},
  left() {},
  releasing() {},
  released() {},
};

test("a second observer is refused until the first is disposed", () => {
  using first = observe(silent);
  expect(() => observe(silent)).toThrow(expect.objectContaining({ code: "ERR_INVALID_STATE" }));
  first[Symbol.dispose]();
  using _second = observe(silent);
});

test("the installed observer is found by another copy of this package", () => {
  using _observing = observe(silent);
  expect((globalThis as Record<symbol, unknown>)[Symbol.for("holdup.observer.1")]).toBe(silent);
});

test("an observer that throws is taken out with one warning, and nobody notices", async () => {
  using _observing = observe({
    ...silent,
    granted() {
      throw new Error("bug in the observer");
    },
  });
  const warned = once(process, "warning");
  const lock = new Lock("a");

  const results = await Promise.all([1, 2, 3].map((n) => lock.run(() => n)));

  expect(results).toEqual([1, 2, 3]);
  const [warning] = (await warned) as [Error & { code: string }];
  expect(warning).toMatchObject({ name: "HoldupWarning", code: "HOLDUP_OBSERVER_DISMISSED" });
  expect(warning.message).toContain("bug in the observer");
  using _again = observe(silent);
});

test("who waited is told to have resumed right before its code runs on", async () => {
  const order: string[] = [];
  using _observing = observe({ ...silent, resumed: () => void order.push("resumed") });
  const lock = new Lock("a");
  const hold = await lock.acquire();
  const waits = ["B", "C"].map(async (name) => {
    using _hold = await lock.acquire();
    order.push(name);
  });
  hold.release();
  order.push("released");
  await Promise.all(waits);
  expect(order).toEqual(["released", "resumed", "B", "resumed", "C"]);
});

test("an observer that has recorded a release whole is not told of it again; another is, after who is next", async () => {
  const told: string[] = [];
  const observer = (isWhole: boolean): Observer => ({
    ...silent,
    granted: () => void told.push("granted"),
    releasing: () => {
      told.push("releasing");
      return isWhole;
    },
    released: () => void told.push("released"),
  });
  const lock = new Lock("a");

  for (const isWhole of [true, false]) {
    using _observing = observe(observer(isWhole));
    const hold = await lock.acquire();
    const next = lock.acquire();
    hold.release();
    (await next).release();
  }

  const whole = ["releasing", "granted", "releasing"];
  expect(told).toEqual([...whole, "releasing", "granted", "released", "releasing", "released"]);
});
