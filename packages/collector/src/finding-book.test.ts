import type { KeptFinding } from "@holdup/protocol";
import { expect, test } from "vitest";
import { FindingBook } from "./finding-book.ts";

const always = { from: 0, to: 1_000, limit: 100 };

function finding(id: string, parts: Partial<KeptFinding> = {}): KeptFinding {
  return {
    service: "shop",
    instance: "i-1",
    id,
    kind: "convoy",
    severity: "warning",
    message: `finding ${id}`,
    advice: "",
    primitives: [],
    sites: [],
    spans: [],
    count: 1,
    firstSeen: 100,
    lastSeen: 200,
    ...parts,
  };
}

function ids(findings: readonly KeptFinding[]): string[] {
  return findings.map(({ id }) => id);
}

test("one found again takes the place of itself, on top, and its count never falls", () => {
  const book = new FindingBook();
  book.add([finding("a", { count: 5, lastSeen: 300 }), finding("b")]);
  book.add([finding("a", { count: 3, firstSeen: 150, lastSeen: 250, message: "in other words" })]);

  const { items } = book.find(always);
  expect(ids(items)).toEqual(["a", "b"]);
  expect(items[0]).toMatchObject({ count: 5, firstSeen: 100, lastSeen: 300, message: "in other words" });
});

test("the same id in another process is another finding", () => {
  const book = new FindingBook();
  book.add([finding("a"), finding("a", { instance: "i-2" }), finding("a", { service: "bank" })]);
  expect(book.find(always).items).toHaveLength(3);
  expect(book.find({ ...always, service: "shop" }).items).toHaveLength(2);
});

test("beyond the bound the one not found for longest is forgotten and counted", () => {
  const book = new FindingBook(2);
  book.add([finding("a"), finding("b")]);
  book.add([finding("a"), finding("c")]);
  expect(ids(book.find(always).items)).toEqual(["c", "a"]);
  expect(book.forgotten).toBe(1);
});

test("a finding belongs to all the time between its first and its last sighting", () => {
  const book = new FindingBook();
  book.add([finding("a", { firstSeen: 100, lastSeen: 200 })]);
  const seen = (from: number, to: number): number => book.find({ from, to, limit: 9 }).items.length;

  expect([seen(0, 99), seen(0, 100), seen(150, 160), seen(200, 300), seen(201, 300)]).toEqual([
    0, 1, 1, 1, 0,
  ]);
});

test("what is new since a revision is told once, oldest first, and who listens hears of it", () => {
  const book = new FindingBook();
  let news = 0;
  book.listen(() => news++);
  book.add([finding("a"), finding("b")]);
  const { revision } = book;
  book.add([finding("a", { count: 2 }), finding("c", { service: "bank" })]);
  book.add([]);

  expect(ids(book.since(revision, undefined))).toEqual(["a", "c"]);
  expect(ids(book.since(revision, "bank"))).toEqual(["c"]);
  expect(book.since(book.revision, undefined)).toEqual([]);
  expect(news).toBe(2);
});

test("the newest are told with how many others there are", () => {
  const book = new FindingBook();
  book.add([finding("a"), finding("b"), finding("c"), finding("d", { service: "bank" })]);
  const { findings, leftOut } = book.newest("shop", 2);
  expect([ids(findings), leftOut]).toEqual([["c", "b"], 1]);
});
