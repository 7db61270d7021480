import { expect, test } from "vitest";
import { noStep, passOver, SpanRoutes, type Field } from "./span-routes.ts";

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A field that is known as a whole, and says that name. */
function nameField(bytes: Uint8Array): Field {
  const { length } = bytes;
  const fact = { kind: "name", name: Buffer.from(bytes).toString() } as const;
  return { knownBytes: length, sizeBytes: length, act: passOver, column: 0, fact, isAttribute: false };
}

const names = Array.from({ length: 100 }, (_, i) => Buffer.from(`wait lock-${i}`));

test("many fields that come at one place are told apart, the last one first", () => {
  const routes = new SpanRoutes();
  for (const name of names) routes.learn(routes.begin(), viewOf(name), 0, nameField(name));

  for (const name of names) {
    const place = routes.begin();
    const step = routes.find(place, viewOf(name), 0, name.length);
    expect(routes.facts(routes.to(step)).name).toBe(name.toString());
    expect(routes.guess(place, viewOf(name), 0, name.length)).toBe(step);
    expect(routes.guess(place, viewOf(name), 0, name.length - 1)).toBe(noStep);
  }
  const other = Buffer.from("wait lock-x");
  expect(routes.find(routes.begin(), viewOf(other), 0, other.length)).toBe(noStep);
});

test("a field of less than a word is known by all of its bytes", () => {
  const routes = new SpanRoutes();
  const [one, two] = [Buffer.from("ab"), Buffer.from("ac")];
  const step = routes.learn(routes.begin(), viewOf(one), 0, nameField(one));
  expect(routes.guess(routes.begin(), viewOf(one), 0, 2)).toBe(step);
  expect(routes.guess(routes.begin(), viewOf(two), 0, 2)).toBe(noStep);
});

test("what is known has a bound: beyond it nothing is learned, and the next span begins anew", () => {
  const routes = new SpanRoutes(50);
  const known = (name: Buffer): number => routes.find(routes.begin(), viewOf(name), 0, name.length);
  const beginning = routes.begin();
  const steps = names.map((name) => routes.learn(beginning, viewOf(name), 0, nameField(name)));
  expect(steps.filter((step) => step !== noStep)).toHaveLength(49);

  expect(names.map(known)).toEqual(names.map(() => noStep));
  const [first] = names as [Buffer];
  routes.learn(routes.begin(), viewOf(first), 0, nameField(first));
  expect(routes.facts(routes.to(known(first))).name).toBe(first.toString());
});

test("a field that is too long is not known, and of those known by their first bytes a place has not too many", () => {
  const routes = new SpanRoutes();
  const long = Buffer.alloc(300);
  expect(routes.learn(routes.begin(), viewOf(long), 0, nameField(long))).toBe(noStep);
  const steps = names.map((name, i) => {
    const field = { ...nameField(name), knownBytes: 4, sizeBytes: name.length + i, act: 1 };
    return routes.learn(routes.begin(), viewOf(name), 0, field);
  });
  expect(steps.filter((step) => step !== noStep)).toHaveLength(64);
});
