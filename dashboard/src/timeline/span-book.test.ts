import { expect, test } from "vitest";
import { SpanBook } from "./span-book.ts";
import { spanAtTime } from "./testing/spans.ts";

test("each is there once, and the list is the same one until there is another span", () => {
  const book = new SpanBook();
  const span = spanAtTime(0, 10);
  book.add([span]);
  const list = book.spans;

  book.add([span]);

  expect(book.spans).toBe(list);
  expect(list).toEqual([span]);
  expect(book.latestEnd).toBe(10);
});

test("when there are too many, those that ended first go", () => {
  const book = new SpanBook(2);

  book.add([spanAtTime(0, 30), spanAtTime(0, 10), spanAtTime(0, 20)]);

  expect(book.spans.map(({ end }) => end)).toEqual([30, 20]);
  expect(book.full).toBe(true);
});
