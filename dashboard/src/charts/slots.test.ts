import { expect, test } from "vitest";
import { slotCount } from "./ink.ts";
import { assignSlots } from "./slots.ts";

const names = ["inventory", "payments", "database", "receipts", "carts", "sessions", "mails", "stock"];

test("the colours don't depend on the ranking", () => {
  const slots = assignSlots([], names, slotCount);

  expect(assignSlots([], names.toReversed(), slotCount)).toEqual(slots);
  expect(assignSlots(slots, names.toReversed(), slotCount)).toBe(slots);
});

test("nor on who came first", () => {
  let slots = assignSlots([], [], slotCount);
  for (let count = 1; count <= names.length; count++) {
    slots = assignSlots(slots, names.slice(0, count), slotCount);
  }

  expect(slots).toEqual(assignSlots([], names, slotCount));
});

test("everyone among the largest has a colour, and each its own", () => {
  const slots = assignSlots([], [...names, "ninth"], slotCount);

  expect(new Set(slots)).toEqual(new Set(names));
});

test("where one leaves and another comes, most keep their colours", () => {
  const before = assignSlots([], names, slotCount);

  const kept = Array.from({ length: 100 }, (_, index) => {
    const after = assignSlots(before, [...names.slice(0, 5), `newcomer ${index}`], slotCount);
    return after.filter((key, slot) => key === before[slot]).length;
  });

  expect(kept.reduce((sum, count) => sum + count) / kept.length).toBeGreaterThan(3.5);
});
