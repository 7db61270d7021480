import { expect, test } from "vitest";
import { handOffsIn, handOffsOf } from "./hand-offs.ts";
import { spanAtTime } from "./testing/spans.ts";

const granted = { kind: "wait", outcome: "granted" } as const;

test("the hold that ended when a wait was granted handed over to it", () => {
  const early = spanAtTime(0, 97);
  const giver = spanAtTime(0, 100);
  const wait = spanAtTime(20, 101, { ...granted, granted: 100, holders: [early.id, giver.id] });

  expect(handOffsOf([early, giver, wait])).toEqual([{ hold: giver, wait, time: 100 }]);
});

test("a wait that gave up was handed nothing, and neither was one whose hold is not there", () => {
  const hold = spanAtTime(0, 100);
  const gaveUp = spanAtTime(20, 100, { kind: "wait", outcome: "timeout", holders: [hold.id] });
  const alone = spanAtTime(20, 100, { ...granted, holders: ["not kept"] });

  expect(handOffsOf([hold, gaveUp, alone])).toEqual([]);
});

test("those in sight are found by their time", () => {
  const spans = [100, 200, 300].flatMap((end) => {
    const hold = spanAtTime(0, end);
    return [hold, spanAtTime(0, end, { ...granted, holders: [hold.id] })];
  });

  const all = handOffsOf(spans);

  expect(handOffsIn(all, { from: 150, to: 250 }).map(({ time }) => time)).toEqual([200]);
});
